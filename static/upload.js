// Sends a file as soon as it is chosen, and shows how far it is. Without this file
// it travels with the form.

// <div data-upload="address" data-limit="bytes"> around an input of a form that
// also has `waiting` (what stands for a file that was taken) and `leave_out`.
for (const place of document.querySelectorAll("[data-upload]")) {
    const form = place.closest("form");
    const input = place.querySelector("input[type=file]");
    const sending = place.querySelector("[data-progress]");
    const bar = sending.querySelector("progress");
    const line = place.querySelector("[data-upload-state]");
    const mistake = place.querySelector("[data-upload-error]");
    const kept = form.querySelector("[data-waiting]");
    const limit = Number(place.dataset.limit);
    const endings = input.accept.split(",").filter((each) => each.startsWith("."));
    let request = null;

    // A name is read in its own direction, whatever that of the sentence.
    const fill = (sentence, name) => sentence.replace("{name}", `\u2068${name}\u2069`);
    const say = (kind, name) => (line.textContent = kind ? fill(line.dataset[kind], name) : "");
    // The form takes along why, so that the next save says it too.
    const refuse = (sentence) => {
        form.elements.refused.value = sentence;
        mistake.textContent = sentence;
        mistake.hidden = !sentence;
        if (sentence) input.setAttribute("aria-invalid", "true");
        else input.removeAttribute("aria-invalid");
    };
    const rest = () => {
        request = null;
        sending.hidden = true;
    };
    const answer = (text) => {
        try {
            return JSON.parse(text);
        } catch {
            return {};
        }
    };

    const take = (told) => {
        form.elements.waiting.value = told.waiting;
        form.elements.leave_out.checked = false;
        kept.querySelector("[data-kept-line]").textContent = fill(kept.dataset.kept, told.name);
        kept.hidden = false;
        input.value = ""; // it is there; the form need not send it once more
        say("");
        form.dispatchEvent(new Event("change"));
    };

    const send = (file, again = true) => {
        const body = new FormData();
        body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
        body.set("upload", file);
        const own = (request = new XMLHttpRequest());
        own.open("POST", place.dataset.upload);
        own.setRequestHeader("Accept", "application/json");
        own.setRequestHeader("X-Reader", form.querySelector("[data-reader]").dataset.reader);
        own.upload.addEventListener("progress", (event) => {
            if (event.lengthComputable) bar.value = event.loaded / event.total;
        });
        own.upload.addEventListener("load", () => {
            bar.removeAttribute("value"); // how long the check takes is not known
            say("checking", file.name);
        });
        own.addEventListener("load", () => {
            if (own !== request) return;
            const told = answer(own.responseText);
            if (own.status === 403 && told.token && again) {
                // Signed in again in another tab: the form takes over its token.
                for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]"))
                    field.value = told.token;
                return send(file, false);
            }
            rest();
            if (told.waiting) return take(told);
            if (!told.error) return say("later", file.name);
            say("");
            input.value = "";
            refuse(told.error);
        });
        own.addEventListener("error", () => {
            if (own !== request) return;
            rest();
            say("later", file.name);
        });
        bar.value = 0;
        sending.hidden = false;
        say("sending", file.name);
        own.send(body);
    };

    const stop = () => {
        const running = request;
        rest();
        running?.abort();
    };
    input.addEventListener("change", () => {
        stop();
        refuse("");
        say("");
        const [file] = input.files;
        if (!file) return;
        // What is not taken by its name need not travel to hear how to convert it.
        if (!endings.some((ending) => file.name.toLowerCase().endsWith(ending)))
            return send(new File([], file.name));
        if (file.size <= limit) return send(file);
        input.value = "";
        const most = Math.floor(limit / 1024 / 1024);
        refuse(fill(mistake.dataset.size, file.name).replace("{limit}", most));
    });
    place.querySelector("[data-cancel]").addEventListener("click", () => {
        const name = input.files[0]?.name ?? "";
        stop();
        input.value = "";
        say("cancelled", name);
        input.focus();
    });
}
