// Next and previous point by keyboard. The links do the same without this script.
(() => {
  const keys = { ArrowRight: "next", PageDown: "next", ArrowLeft: "prev", PageUp: "prev", Escape: "up" };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, textarea, select")) return;
    const link = document.querySelector(`[data-projector] a[rel="${keys[event.key]}"]`);
    if (link) {
      event.preventDefault();
      window.location.assign(link.href);
    }
  });
})();
