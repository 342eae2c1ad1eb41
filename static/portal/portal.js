// The little that HTML cannot do alone. Every page works without it.
(function () {
  "use strict";

  function focusSummary(root) {
    var summary = root.querySelector("[data-portal-focus]");
    if (summary) { summary.focus(); }
  }

  // a link of the error summary focuses its field, and shows its label rather than only its box
  document.addEventListener("click", function (event) {
    var link = event.target.closest("[data-portal-focus] a[href^='#']");
    var field = link && document.getElementById(link.hash.slice(1));
    if (!field) { return; }
    event.preventDefault();
    (field.closest(".fr-fieldset, .fr-input-group, .fr-select-group, .fr-upload-group") || field).scrollIntoView();
    field.focus({ preventScroll: true });
  });

  // one click, one submission: the server also refuses the second one
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post") { return; }
    if (form.dataset.portalSent) { event.preventDefault(); return; }
    form.dataset.portalSent = "1";
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("[data-portal-sent]").forEach(function (form) { delete form.dataset.portalSent; });
  });

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-portal-print]")) { window.print(); }
  });

  document.addEventListener("htmx:afterSettle", function (event) { focusSummary(event.target); });
  document.addEventListener("DOMContentLoaded", function () { focusSummary(document); });
  if (document.readyState !== "loading") { focusSummary(document); }
})();
