import { render } from "preact";
import { App } from "./shell/app.tsx";
import { startLive } from "./state/live.ts";
import { startTheme } from "./state/theme.ts";

startTheme();
startLive();
render(<App />, document.body);
