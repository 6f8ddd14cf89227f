// What a signed-in page may do quicker. Every page works without this file.
// Nothing is written to the browser's storage: computers are shared.

const all = (selector, root = document) => [...root.querySelectorAll(selector)];

// <form data-guard>: warn before leaving with unsaved words; offer them as a file.
for (const form of all("form[data-guard]")) {
    let dirty = form.hasAttribute("data-dirty");
    const bar = form.querySelector(".save");
    const mark = () => {
        dirty = true;
        bar?.classList.add("on");
    };
    form.addEventListener("input", mark);
    form.addEventListener("change", mark);
    form.addEventListener("submit", () => (dirty = false));
    window.addEventListener("beforeunload", (event) => {
        if (dirty) event.preventDefault();
    });

    // <button type="button" data-download="file name" hidden>
    const button = form.querySelector("[data-download]");
    if (!button) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
        const parts = all("textarea, input[type=text], input[type=url]", form)
            .filter((field) => field.value)
            .map((field) => `${field.labels[0]?.textContent.trim() ?? field.name}\n${field.value}`);
        const link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob([parts.join("\n\n")], { type: "text/plain" }));
        link.download = button.dataset.download;
        link.click();
        URL.revokeObjectURL(link.href);
    });
}

// <textarea data-count="2000">: characters typed, of those allowed. The server
// counts code points and line breaks as one character, and so does this.
const number = new Intl.NumberFormat(document.documentElement.lang);
for (const field of all("[data-count]")) {
    const limit = Number(field.dataset.count);
    const note = document.createElement("p");
    note.className = "count-note num";
    field.after(note);
    const count = () => {
        const length = [...field.value].length;
        note.textContent = `${number.format(length)} / ${number.format(limit)}`;
        note.classList.toggle("over", length > limit);
    };
    field.addEventListener("input", count);
    count();
}

// <div data-when="status" data-is="planned not_applicable">: shown only while
// the field of that name has one of these values. What is hidden is still sent.
for (const part of all("[data-when]")) {
    const form = part.closest("form");
    const wanted = part.dataset.is.split(" ");
    const update = () => {
        const value = new FormData(form).get(part.dataset.when) ?? "";
        // A part with a mistake stays in sight, or its error could not be found.
        part.hidden = !wanted.includes(value) && !part.querySelector(".errmsg");
    };
    form.addEventListener("change", update);
    update();
}

// <button type="button" data-print hidden>
for (const button of all("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
}

// <input type="search" data-filter="list-id">: narrow a list while typing. Rows
// are the list's [data-row] elements; a [data-group] without rows is hidden.
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
for (const input of all("[data-filter]")) {
    const list = document.getElementById(input.dataset.filter);
    const rows = all("[data-row]", list).map((row) => [row, plain(row.textContent)]);
    const none = list.querySelector("[data-none]");
    const narrow = () => {
        const words = plain(input.value).split(/\s+/);
        for (const [row, text] of rows) row.hidden = !words.every((word) => text.includes(word));
        for (const group of all("[data-group]", list))
            group.hidden = !all("[data-row]", group).some((row) => !row.hidden);
        if (none) none.hidden = rows.some(([row]) => !row.hidden);
    };
    input.addEventListener("input", narrow);
    if (input.value) narrow();
}

// <details data-remember="guidance">: opened or closed as it was left, kept in a
// cookie that the server reads.
for (const part of all("details[data-remember]"))
    part.addEventListener("toggle", () => {
        const value = part.open ? "open" : "closed";
        document.cookie = `${part.dataset.remember}=${value}; path=/; max-age=31536000; samesite=lax`;
    });
