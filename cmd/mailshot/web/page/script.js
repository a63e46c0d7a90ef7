"use strict";
// Keys, which can be switched off, and news of the list. The pages work without them.
(() => {
	const here = new URL("state", document.currentScript.src);
	const button = document.getElementById("keys");
	let on = true;
	button.parentElement.hidden = false;
	const set = (now) => {
		on = now;
		button.setAttribute("aria-pressed", String(on));
		button.textContent = on ? "keys are on" : "keys are off";
	};
	try { set(localStorage.getItem("keys") !== "off"); } catch { set(true); }
	button.addEventListener("click", () => {
		set(!on);
		try { localStorage.setItem("keys", on ? "on" : "off"); } catch { /* it is not kept, then */ }
	});

	const follow = (key) => document.querySelector(`a[data-key="${key}"]`)?.click();

	// through moves the focus from entry to entry.
	const through = (step) => {
		const links = [...document.querySelectorAll(".entries a")];
		if (links.length === 0) { return false; }
		const at = links.indexOf(document.activeElement);
		const to = at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step;
		links[Math.max(0, Math.min(links.length - 1, to))].focus();
		return true;
	};

	document.addEventListener("keydown", (e) => {
		const typing = e.target.closest("input, textarea, select");
		if (typing && e.key === "Escape") { e.target.blur(); return; }
		if (!on || typing || e.ctrlKey || e.altKey || e.metaKey || e.target.closest("pre, iframe")) { return; }
		switch (e.key) {
		case "n": case "ArrowRight": follow("n"); break;
		case "p": case "ArrowLeft": follow("p"); break;
		case "u": follow("u"); break;
		case "/": document.getElementById("q")?.focus(); break;
		case "ArrowDown": if (!through(1)) { return; } break;
		case "ArrowUp": if (!through(-1)) { return; } break;
		default: return;
		}
		e.preventDefault();
	});

	// news asks whether there is something new, and shows it in the place of the list.
	const live = document.getElementById("live");
	let state = document.body.dataset.state;
	if (!live || state === undefined) { return; }
	const news = async () => {
		const now = await (await fetch(here)).text();
		if (now === state) { return; }
		const text = await (await fetch(location.href)).text();
		const page = new DOMParser().parseFromString(text, "text/html").getElementById("live");
		if (!page) { return; }
		const focused = live.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
		live.replaceChildren(...page.childNodes);
		state = now;
		if (state === "") { clearInterval(timer); }
		document.getElementById("news").textContent = document.getElementById("found").textContent;
		if (focused !== null) {
			[...live.querySelectorAll("a")].find((a) => a.getAttribute("href") === focused)?.focus();
		}
	};
	const timer = setInterval(() => { if (!document.hidden) { news().catch(() => { /* the command has ended */ }); } }, 2000);
})();
