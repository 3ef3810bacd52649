/**
 * Functions that run in pages, with the element as `this`. They are texts because they run elsewhere, and they believe nothing
 * of the page but the DOM.
 */

/** Brings the element into view and says what keeps it from being used; an empty text when nothing does. */
export const READY = `function (editing) {
  if (!this.isConnected) return "it is not in the page any more";
  const element = this.nodeType === 1 ? this : this.parentElement;
  if (!element) return "it has no place in the page";
  element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
  const box = element.getBoundingClientRect();
  const style = element.ownerDocument.defaultView.getComputedStyle(element);
  if (box.width === 0 || box.height === 0 || style.visibility !== "visible") return "it is not visible";
  if (element.disabled === true || element.closest("fieldset:disabled")) return "it is disabled";
  if (editing && element.readOnly === true) return "it is read-only";
  const hit = element.getRootNode().elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  if (!hit || hit === element || element.contains(hit) || hit.contains(element)) return "";
  const label = hit.closest("label");
  if (label && (label.control === element || label.contains(element))) return "";
  return "it is covered by <" + hit.localName + (hit.id ? " id=" + hit.id : "") + ">";
}`;

/** Puts the caret into a field with everything in it selected; says what kind of field it is. */
export const FOCUS_FIELD = `function () {
  const element = this.nodeType === 1 ? this : this.parentElement;
  element.focus();
  const kind = element.localName === "input" ? element.type : element.localName;
  if (kind === "textarea" || element.localName === "input") {
    try { element.select(); } catch {}
    return kind;
  }
  if (!element.isContentEditable) return "";
  element.ownerDocument.defaultView.getSelection().selectAllChildren(element);
  return "editable";
}`;

/** Sets the value of a field that is not written into, such as a date. */
export const SET_VALUE = `function (value) {
  const holder = Object.getPrototypeOf(this);
  Object.getOwnPropertyDescriptor(holder, "value").set.call(this, value);
  this.dispatchEvent(new Event("input", { bubbles: true }));
  this.dispatchEvent(new Event("change", { bubbles: true }));
  return this.value;
}`;

/** Chooses the options of these values, or of these labels; says which was not there. */
export const SELECT = `function (values) {
  if (this.localName !== "select") return "it is no list to choose from";
  const options = [...this.options];
  const chosen = values.map((value) => options.find((one) => one.value === value) ?? options.find((one) => one.label.trim() === value.trim()));
  const missing = values.filter((_, index) => !chosen[index]);
  if (missing.length > 0) return "it has no option " + JSON.stringify(missing[0]);
  if (values.length > 1 && !this.multiple) return "only one option can be chosen";
  for (const option of options) option.selected = chosen.includes(option);
  this.dispatchEvent(new Event("input", { bubbles: true }));
  this.dispatchEvent(new Event("change", { bubbles: true }));
  return "";
}`;

/** Whether a box or a choice is on. */
export const IS_CHECKED = `function () {
  return this.checked === true || this.getAttribute("aria-checked") === "true";
}`;
