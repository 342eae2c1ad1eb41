// The little that HTML cannot do alone. Every page works without it.
(function () {
  "use strict";

  // the name of the folded menu: the design system's script gives it its role, without which no name is allowed
  var menu = document.getElementById("menu-mobile");
  if (menu) { menu.setAttribute("aria-labelledby", "bouton-menu"); }

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

  // a table wider than the page can be scrolled with the keyboard
  function openTables(root) {
    root.querySelectorAll(".fr-table__container").forEach(function (box) {
      var caption = box.querySelector("caption");
      if (box.scrollWidth <= box.clientWidth || box.hasAttribute("tabindex")) { return; }
      box.tabIndex = 0;
      box.setAttribute("role", "region");
      box.setAttribute("aria-label", "Tableau à faire défiler : " + (caption ? caption.textContent.trim() : ""));
    });
  }

  // on small screens a row becomes a card: the sheet stacks the cells, which then need the name of their column,
  // and the roles that a table loses when it is no longer displayed as one
  var SHORT = 14; // characters: such values stand side by side
  function nameCells(root) {
    root.querySelectorAll(".fr-table").forEach(function (box) {
      var heads = box.querySelectorAll("thead tr:only-child > th:not([colspan])");
      var table = box.querySelector("table");
      if (!table || !heads.length || heads.length !== box.querySelectorAll("thead th, thead td").length) { return; }
      box.classList.add("portal-stack");
      table.setAttribute("role", "table");
      box.querySelectorAll("thead, tbody").forEach(function (part) { part.setAttribute("role", "rowgroup"); });
      box.querySelectorAll("tr").forEach(function (row) {
        row.setAttribute("role", "row");
        Array.prototype.forEach.call(row.cells, function (cell, rank) {
          var head = cell.parentNode.parentNode.tagName === "THEAD";
          cell.setAttribute("role", head ? "columnheader" : cell.tagName === "TH" ? "rowheader" : "cell");
          if (cell.tagName !== "TD" || cell.colSpan > 1 || !heads[rank]) { return; }
          if (!cell.textContent.trim() && !cell.children.length) { return; }
          cell.dataset.label = heads[rank].textContent.trim();
          if (cell.textContent.trim().length <= SHORT && !cell.querySelector("form, ul")) { cell.classList.add("portal-stack__short"); }
        });
      });
    });
  }

  // a passkey that failed says so where messages are said
  document.addEventListener("allauth.error", function (event) {
    var said = document.createElement("div");
    said.className = "fr-alert fr-alert--error fr-alert--sm fr-mb-3w";
    said.appendChild(document.createElement("p")).textContent =
      "La clé d’accès n’a pas pu être utilisée. Réessayez, ou choisissez un autre moyen.";
    document.getElementById("messages").replaceChildren(said);
    event.preventDefault();
  });

  // French keeps a sign with its word: the space before « : ; ! ? » and inside quotation marks does not break
  var SIGN = /([^\s:;!?]) (?=[:;!?»%€](?:[\s.,)]|$))/g;
  var AS_TYPED = /^(PRE|CODE|SCRIPT|STYLE|TEXTAREA|OPTION)$/;
  function keepTogether(root) {
    var texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      var node = texts.currentNode;
      if (AS_TYPED.test(node.parentNode.tagName)) { continue; }
      var said = node.data.replace(/^ (?=[:;!?»])/, "\u00a0").replace(/« /g, "«\u00a0").replace(SIGN, "$1\u00a0");
      if (said !== node.data) { node.data = said; }
    }
  }

  // a field that goes with a choice ("field=value") is shown with it, and stays when it says something or is wrong
  var GROUPS = ".fr-fieldset, .fr-input-group, .fr-select-group";
  function says(field) { return /^(checkbox|radio)$/.test(field.type) ? field.checked : field.value; }
  function showWith(root) {
    root.querySelectorAll("[data-portal-with]").forEach(function (field) {
      var named = field.dataset.portalWith.split("="), group = field.closest(GROUPS);
      var choice = document.querySelector("[name='" + named[0] + "'][value='" + named[1] + "']");
      if (!choice || !group) { return; }
      function follow() {
        var said = Array.prototype.some.call(group.querySelectorAll("input, select, textarea"), says);
        group.hidden = !choice.checked && !said && !/--error/.test(group.className);
      }
      choice.form.addEventListener("change", follow);
      follow();
    });
  }

  function settle(root) { focusSummary(root); nameCells(root); openTables(root); keepTogether(root); showWith(root); }
  document.addEventListener("htmx:afterSettle", function (event) { settle(event.target); });
  settle(document.body); // deferred: the page is parsed
  window.addEventListener("load", function () { focusSummary(document); }); // after the jump to an anchor of the address
})();
