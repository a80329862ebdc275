import { render } from "preact";

render(<main>Synfleet</main>, document.body);
