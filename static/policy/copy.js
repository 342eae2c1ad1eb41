// Copy buttons: made here, because without this script there is nothing to press.
(function () {
  "use strict";
  if (!navigator.clipboard) { return; }
  document.querySelectorAll("[data-copy]").forEach(function (box) {
    var source = box.querySelector(".portal-mono");
    if (!source) { return; }
    var button = document.createElement("button");
    button.type = "button";
    button.className = "fr-btn fr-btn--tertiary fr-btn--sm fr-btn--icon-left fr-icon-clipboard-line";
    button.textContent = "Copier";
    var said = document.createElement("span");
    said.className = "fr-sr-only";
    var label = document.createElement("span");
    label.className = "fr-sr-only";
    label.textContent = " : " + box.getAttribute("data-copy");
    button.appendChild(label);
    said.setAttribute("role", "status");
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(source.textContent).then(
        function () { button.firstChild.nodeValue = "Copié"; said.textContent = "Copié"; },
        function () { said.textContent = "La copie a échoué : sélectionnez le texte."; }
      );
      window.setTimeout(function () { button.firstChild.nodeValue = "Copier"; said.textContent = ""; }, 3000);
    });
    box.appendChild(document.createTextNode(" "));
    box.appendChild(button);
    box.appendChild(said);
  });
})();
