module frontdesk.invalid/stack/k6-operator

go 1.26.0

require github.com/grafana/k6-operator v1.5.0 // indirect
