/** The page's style sheet. The colours are told apart by people who see no red or no green. */
export const STYLE = `:root{color-scheme:light dark;--back:#fff;--text:#1c2024;--soft:#5b6570;--line:#d8dee4;--up:#2a9d6f;--degraded:#e69f00;--down:#c8321f;--maintenance:#0072b2;--unknown:#c3cad1;--up-text:#17694a;--degraded-text:#8a5a00;--down-text:#b42318;--maintenance-text:#005f94}
@media (prefers-color-scheme:dark){:root{--back:#0f1419;--text:#e6e9ec;--soft:#a3adb8;--line:#2b333b;--up:#3fb68b;--degraded:#f0b429;--down:#ff6b57;--maintenance:#56b4e9;--unknown:#46515c;--up-text:#5fd3a8;--degraded-text:#f0b429;--down-text:#ff8b7b;--maintenance-text:#7cc6f2}}
*{box-sizing:border-box}
body{margin:0 auto;padding:2rem 1rem 4rem;max-width:56rem;background:var(--back);color:var(--text);font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.25rem;margin:0 0 1rem}
h2{font-size:1.05rem;margin:2.5rem 0 .5rem}
.headline{font-size:1.35rem;font-weight:600;padding:1rem 1.25rem;border:1px solid var(--line);border-left:.5rem solid var(--unknown);border-radius:.5rem;margin:0}
.headline.up{border-left-color:var(--up)}.headline.degraded{border-left-color:var(--degraded)}.headline.down{border-left-color:var(--down)}.headline.maintenance{border-left-color:var(--maintenance)}
ul{list-style:none;margin:0;padding:0}
li{padding:.85rem 0;border-bottom:1px solid var(--line)}
.row{display:flex;gap:1rem;justify-content:space-between;align-items:baseline}
.name{font-weight:600;overflow-wrap:anywhere;min-width:0}
.host,.note,footer{color:var(--soft);font-size:.85rem;font-weight:400}
.state{white-space:nowrap;font-size:.9rem}
.state.up{color:var(--up-text)}.state.degraded{color:var(--degraded-text)}.state.down{color:var(--down-text)}.state.maintenance{color:var(--maintenance-text)}.state.no_data,.state.unknown{color:var(--soft)}
.bars{display:block;width:100%;height:28px;margin:.4rem 0 .2rem}
rect.up{fill:var(--up)}rect.degraded{fill:var(--degraded)}rect.down{fill:var(--down)}rect.maintenance{fill:var(--maintenance)}rect.unknown{fill:var(--unknown)}
.note{display:flex;justify-content:space-between}
a{color:inherit}
footer{margin-top:3rem}
`;
