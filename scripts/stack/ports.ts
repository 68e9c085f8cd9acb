/** Default ports of the local stack, all on 127.0.0.1. The committed configuration files name these numbers. */
export const defaultPorts = {
  api: 8787,
  tap: 4318,
  collector: 14318,
  collectorHealth: 13133,
  collectorMetrics: 8888,
  collectorByTrace: 14331,
  collectorByService: 14332,
  front: 14328,
  frontHealth: 13134,
  frontMetrics: 8889,
  prometheus: 9090,
  alertmanager: 9093,
  tempo: 3200,
  tempoGrpc: 14321,
  tempoOtlp: 14320,
  victoriaLogs: 9428,
  pager: 9095,
  probe: 9096,
  pagerMail: 9097,
  console: 3300,
  grafana: 3000,
} as const;

export type PortName = keyof typeof defaultPorts;
export type Ports = Readonly<Record<PortName, number>>;
