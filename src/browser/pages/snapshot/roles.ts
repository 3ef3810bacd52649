/** Elements that people do something with. */
export const INTERACTIVE: ReadonlySet<string> = new Set(
  (
    "button checkbox combobox link listbox menuitem menuitemcheckbox menuitemradio option radio searchbox slider " +
    "spinbutton switch tab textbox treeitem ColorWell Date DateTime InputTime PopUpButton ToggleButton DisclosureTriangle"
  ).split(" "),
);

/** Elements that are worth a name of their own when they say what they are. */
export const NAMED: ReadonlySet<string> = new Set(
  (
    "article cell columnheader dialog figure form gridcell heading image img listitem main navigation region row " +
    "rowheader table Iframe"
  ).split(" "),
);

/** Elements that only hold others together. */
export const TRANSPARENT: ReadonlySet<string> = new Set([
  "generic",
  "none",
  "presentation",
  "InlineTextBox",
  "LineBreak",
  "ListMarker",
  "LabelText",
  "MenuListPopup",
]);

/** How roles of the browser are called outside it. */
export const OUTWARD: Readonly<Record<string, string>> = {
  RootWebArea: "document",
  StaticText: "text",
  Iframe: "iframe",
  image: "img",
  DisclosureTriangle: "button",
  PopUpButton: "combobox",
  ToggleButton: "button",
};
