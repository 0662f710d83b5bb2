const place = document.getElementById("greeting");
if (place) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const response = await fetch(`/greet/stranger?zone=${encodeURIComponent(zone)}`);
  const greeting = await response.json();
  place.textContent = response.ok ? `${greeting.text} ${greeting.remark}` : "";
}
