// Start: take up a sign-in that is coming back, or offer one, or go on silently after a reload.
import { createRoot } from "react-dom/client";
import { App } from "./app";
import { applyTheme, storedTheme } from "./lib/theme";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/overlays.css";
import "./styles/layout.css";
import "./styles/tables.css";

applyTheme(storedTheme());
const root = document.getElementById("app");
if (root) createRoot(root).render(<App />);
// The typeface comes after the first paint: the page never waits for it.
void import("./styles/fonts.css");
