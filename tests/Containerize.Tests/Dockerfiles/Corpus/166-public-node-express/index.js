index.js
