/** Runs before the first paint, so that nobody sees the wrong theme or row height flash by. */
import { applyAppearance } from "./theme";

applyAppearance();
