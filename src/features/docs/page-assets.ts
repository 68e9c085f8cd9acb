/** The page's style; its hash is in the page's Content-Security-Policy. */
export const style = `
:root{color-scheme:light dark;--bg:light-dark(#fbfaf8,#14161a);--card:light-dark(#fff,#1b1e24);--ink:light-dark(#1d2026,#e7e9ee);
--soft:light-dark(#626a76,#98a1b0);--line:light-dark(#e6e3dd,#2b3038);--accent:light-dark(#0b6e5f,#5fd3bd);
--get:light-dark(#0b6e5f,#5fd3bd);--post:light-dark(#1d56c4,#86b0ff);--patch:light-dark(#96590a,#f0b45c);--delete:light-dark(#b3261e,#ff8d84)}
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
body{margin:0;display:grid;grid-template-columns:17rem minmax(0,1fr);background:var(--bg);color:var(--ink);font:15px/1.55 system-ui,sans-serif}
nav{position:sticky;top:0;height:100vh;overflow:auto;padding:1.5rem 1rem;border-right:1px solid var(--line);font-size:13.5px}
nav a{display:flex;padding:.22rem .5rem;border-radius:.4rem;color:inherit;text-decoration:none}
nav a:hover,nav a:focus-visible{background:var(--line)}
nav .home{font-weight:700;font-size:1.05rem;color:var(--accent)}
nav b{display:block;margin:1rem .5rem .2rem;color:var(--soft);font-size:11.5px;letter-spacing:.06em;text-transform:uppercase}
main{max-width:58rem;width:100%;padding:2rem 2.5rem 6rem}
h1{margin:0 0 .5rem;font-size:2rem}h1 small,em,td small{color:var(--soft);font-size:.8rem;font-weight:400}
h2{margin:2.5rem 0 1rem;font-size:1.2rem;text-transform:capitalize}
h3{display:flex;gap:.6rem;align-items:center;flex-wrap:wrap;margin:0;font-size:1rem}h3 em{margin-left:auto}
h4{margin:1rem 0 .3rem;font-size:.8rem;color:var(--soft)}
p{margin:.5rem 0}a{color:var(--accent)}
article{margin:0 0 1rem;padding:1.2rem 1.4rem;background:var(--card);border:1px solid var(--line);border-radius:.8rem}
article:target{border-color:var(--accent)}
i{flex:none;min-width:3.1rem;margin-right:.5rem;font:700 10.5px/1.6 ui-monospace,monospace;text-transform:uppercase;color:var(--get)}
h3 i{padding:.1rem .45rem;border:1px solid;border-radius:.35rem;text-align:center;margin:0}
i.post{color:var(--post)}i.patch,i.put{color:var(--patch)}i.delete{color:var(--delete)}
code,pre{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,monospace}
p code,td code{padding:.05rem .3rem;background:var(--line);border-radius:.3rem}
.wide{overflow-x:auto}table{width:100%;border-collapse:collapse;font-size:13.5px}
td{padding:.35rem .6rem .35rem 0;border-top:1px solid var(--line);vertical-align:top}tr:target{background:var(--line)}
ul{margin:0;padding:0;list-style:none}li{padding:.15rem 0}li b{display:inline-block;min-width:2.6rem;font-family:ui-monospace,monospace}
.s2{color:var(--get)}.s4{color:var(--patch)}.s5{color:var(--delete)}
details{margin:.2rem 0 .4rem 2.6rem}summary{cursor:pointer;color:var(--soft);font-size:13px}
.try{position:relative;margin-top:1rem}
pre{margin:0;padding:.9rem 4.5rem .9rem 1rem;white-space:pre-wrap;overflow-wrap:anywhere;background:light-dark(#f3f1ec,#101216);border-radius:.6rem}
button{position:absolute;top:.5rem;right:.5rem;padding:.15rem .6rem;border:1px solid var(--line);border-radius:.4rem;background:var(--card);color:var(--soft);font:inherit;font-size:12px;cursor:pointer}
@media(max-width:52rem){body{display:block}nav{position:static;height:auto;border-right:0;border-bottom:1px solid var(--line)}main{padding:1.2rem}}
`;

/** Copies a command; without it the page still reads. */
export const script = `
document.addEventListener("click", async (event) => {
  if (event.target.tagName !== "BUTTON") return;
  await navigator.clipboard.writeText(event.target.nextElementSibling.textContent);
  event.target.textContent = "Copied";
  setTimeout(() => { event.target.textContent = "Copy"; }, 1500);
});
`;
