// Compares what another tool lists with our SBOM: "same" by all facts of NuGet packages, "found" by package URLs.
'use strict';
const fs = require('fs');
const [kind, name, theirs, ours, ...known] = process.argv.slice(2);
const parts = file => JSON.parse(fs.readFileSync(file, 'utf8')).components || [];
const nuget = part => (part.purl || '').startsWith('pkg:nuget/');
const licence = part => (part.licenses || []).map(entry => entry.expression || entry.license.id || entry.license.name).join(' ');
const facts = part => [part.name, part.version, part.purl, licence(part), (part.hashes || []).map(hash => hash.content.toLowerCase()).join(' ')].join(' | ');
// Trivy writes no escapes, names the point release of Debian, and leaves out the source package.
const url = part => {
  const [start, pairs] = decodeURIComponent(part.purl).split('?');
  return start.startsWith('pkg:deb/') ? start + '?' + pairs.split('&').filter(pair => !pair.startsWith('upstream=')).map(pair => pair.replace(/^(distro=[^.]*).*/, '$1')).join('&') : start;
};
const [listed, mine] = [parts(theirs), parts(ours)];
let lacking;
if (kind === 'same') {
  const own = new Set(mine.filter(nuget).map(facts));
  const packages = listed.filter(nuget).map(facts);
  lacking = packages.filter(fact => !own.has(fact));
  console.log(`  ${name}: ${packages.length} packages, ${packages.length - lacking.length} the same`);
  if (packages.length === 0) lacking.push('any package');
} else {
  const own = new Set(mine.filter(part => part.purl).map(url));
  const found = listed.filter(part => part.purl).map(url);
  lacking = found.filter(one => !own.has(one)).concat(known.filter(one => !mine.some(part => part.name === one)));
  const names = list => known.filter(one => list.some(part => part.name === one)).length;
  const system = list => list.filter(part => (part.purl || '').startsWith('pkg:deb/')).length;
  console.log(`  ${name.padEnd(10)} of NuGet: ${known.length} in it, ${names(listed)} found by trivy, ${names(mine)} in ours; of Debian: ${system(listed)} found by trivy, ${system(mine)} in ours`);
}
for (const one of lacking) console.log(`    lacking in ours: ${one}`);
process.exit(lacking.length === 0 ? 0 : 1);
