// What makes the pages livelier. Everything works without it.
"use strict";

const WAIT_MS = 180;

function suggest(field) {
  const list = document.getElementById("suggestions");
  let timer, asked = "", chosen = -1;
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "false");

  const options = () => [...list.children];
  const close = () => {
    list.hidden = true;
    chosen = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const choose = (index) => {
    const all = options();
    if (!all.length) return;
    chosen = (index + all.length + 1) % (all.length + 1); // one place beyond the last: back in the field
    all.forEach((option, i) => option.setAttribute("aria-selected", String(i === chosen)));
    if (chosen < all.length) field.setAttribute("aria-activedescendant", all[chosen].id);
    else field.removeAttribute("aria-activedescendant");
  };
  const ask = async () => {
    const typed = field.value.trim();
    asked = typed;
    if (typed.length < 2) return close();
    try {
      const answer = await fetch(`${field.dataset.suggest}?q=${encodeURIComponent(typed.slice(0, 200))}`);
      if (!answer.ok || asked !== typed || document.activeElement !== field) return;
      list.innerHTML = await answer.text();
      chosen = -1;
      list.hidden = !list.children.length;
      field.setAttribute("aria-expanded", String(!list.hidden));
    } catch { close(); }
  };
  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, WAIT_MS); });
  field.addEventListener("blur", () => setTimeout(close, 150));
  field.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen < 0 ? options().length - 1 : chosen - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && options()[chosen]) location.assign(options()[chosen].dataset.href);
    else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[data-href]");
    if (option) location.assign(option.dataset.href);
  });
  field.form.addEventListener("submit", close);
}

function copying(button) {
  const said = button.textContent;
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = said; }, 2000);
  });
}

// A form that was changed asks before it is left; one that is being sent does not.
function guard(form) {
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}

document.addEventListener("DOMContentLoaded", () => {
  const field = document.querySelector("[data-suggest]");
  if (field) suggest(field);
  document.querySelectorAll("[data-copy]").forEach(copying);
  document.querySelectorAll("form.form").forEach(guard);
  document.getElementById("faults")?.focus();
  const address = new URL(location.href);
  if (address.searchParams.has("done")) { // said once; not part of an address that is shared
    address.searchParams.delete("done");
    history.replaceState(history.state, "", address);
  }
});
