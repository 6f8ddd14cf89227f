// <dialog data-shortcuts>: keys for what the page offers as a link or a button,
// data-key="n" or data-key="g t". Never while typing, never with another key held.
const all = (selector) => [...document.querySelectorAll(selector)];
const shortcuts = document.querySelector("[data-shortcuts]");
const typing = "textarea, select, input:not([type=radio], [type=checkbox]), [contenteditable]";
const show = () => shortcuts.open || shortcuts.showModal();
let before = "";
document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.defaultPrevented || event.target.closest(typing)) return;
    if (event.key === "?" || event.key === "؟") {
        event.preventDefault();
        show();
        return;
    }
    // On a keyboard of another script, the key in the same place.
    const latin = /^[a-z]$/i.test(event.key);
    const key = (latin ? event.key : event.code.replace(/^Key/, "")).toLowerCase();
    const keys = before ? `${before} ${key}` : key;
    before = key === "g" ? key : "";
    const wanted = all("[data-key]").find((each) => each.dataset.key === keys);
    if (!wanted) return;
    event.preventDefault();
    wanted.click();
});
for (const button of all("[data-open-shortcuts]")) {
    button.hidden = false;
    button.addEventListener("click", show);
}
