// Runs before the page is painted: light or dark, as chosen here before, or else as the system has it.
(function () {
  'use strict';
  var dark = window.matchMedia('(prefers-color-scheme: dark)');
  function chosen() {
    try {
      return localStorage.getItem('keyledger-theme');
    } catch (e) {
      return null;
    }
  }
  function apply() {
    var choice = chosen();
    var theme = choice === 'light' || choice === 'dark' ? choice : dark.matches ? 'dark' : 'light';
    document.documentElement.setAttribute('data-bs-theme', theme);
  }
  apply();
  dark.addEventListener('change', apply);
  window.addEventListener('storage', apply);
  window.keyledgerTheme = function () {
    var next = document.documentElement.getAttribute('data-bs-theme') === 'dark' ? 'light' : 'dark';
    try {
      localStorage.setItem('keyledger-theme', next);
    } catch (e) {
      // Chosen for this page only.
    }
    document.documentElement.setAttribute('data-bs-theme', next);
    document.dispatchEvent(new CustomEvent('keyledger:theme', { detail: next }));
    return next;
  };
})();
