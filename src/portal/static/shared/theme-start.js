// Chooses the light or the dark theme before anything is drawn. It is a classic script in the head,
// because a module would run after the first drawing. It follows the person's choice in this
// browser or, without one, the system. `theme.js` informs it of changes.

(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");

  const chosen = () => {
    try {
      return localStorage.getItem("cloudlet.theme");
    } catch {
      return null; // A browser that keeps nothing follows the system.
    }
  };

  const apply = () => {
    const choice = chosen();
    const isDark = choice === "dark" || (choice !== "light" && system.matches);
    root.dataset.theme = isDark ? "dark" : "light";
    const bar = document.querySelector('meta[name="theme-color"]');
    bar?.setAttribute("content", getComputedStyle(root).getPropertyValue("--surface").trim());
  };

  apply();
  system.addEventListener("change", apply);
  addEventListener("cloudlet:theme", apply);
  addEventListener("storage", apply);
  addEventListener("DOMContentLoaded", apply);
})();
