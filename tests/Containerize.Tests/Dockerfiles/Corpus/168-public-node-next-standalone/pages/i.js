pages/i.js
