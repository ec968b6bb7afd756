/** Everything the pages gain from scripts; each of them works without. */
import { startComboboxes } from "./combobox";
import { startDates } from "./dates";
import { startDrafts } from "./drafts";
import { startFilters } from "./filters";
import { startForms } from "./forms";
import { startTicked } from "./handover";
import { startInPlace } from "./inplace";
import { startKeys } from "./keys";
import { startLazyScripts } from "./lazy";
import { startMenus } from "./menus";
import { startPalette } from "./palette";
import { startPicks } from "./pick";
import { startPlaces } from "./places";
import { startRows } from "./rows";
import { startSheet } from "./sheet";
import { startTabs } from "./tabs";
import { startTheme } from "./theme";
import { startTicks } from "./ticks";

startTheme();
startMenus();
startKeys();
startRows();
startTicks();
startPlaces();
startPalette();
startPicks();
startFilters();
startTabs();
startTicked();
startComboboxes();
startDates();
startLazyScripts();
startSheet();
// The order of these three is the order in which they hear of a submit.
startForms();
startDrafts();
startInPlace();
