// Writes what Go says of patterns: globs.txt (path/filepath) and ignores.txt (github.com/moby/patternmatcher).
// On Debian: apt-get install golang-go golang-github-moby-patternmatcher-dev, then in this folder
// GO111MODULE=off GOPATH=/usr/share/gocode go run generate.go
package main

import (
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strings"

	"github.com/moby/patternmatcher"
)

var names = strings.Fields(`a b d ab abc a/b a/b/c b/a ab/c a.b .a a* [a] !a a+b ^a a] é a/é 😀 a/😀 a/.b x/ab/y x/y/a.b a\b a-b ab/d/a.b`)

var globs = strings.Fields(`* ** ? ?? a* *b a*b [ab] [^a] [!a] [^a]* [a-c]* [c-a] [a-] [-a] [a [] []a] [^] [^]a] [\]] [\^a] [\-a]* a\* \* \a a\ \
	*/* **/* */b a/* a/** **.b *.b [a-z].b \[a\] !* [!]* a+b a+* ^* ^a [[a]* é ?/é [^a]/? a/? ??/* [é]* [a-é]* a[/]b a[^c]b x/*/y`)

var ignores = []string{
	"a", "/a", "a/", "./a", "a/.", "../a", "a/../b", "/../a", "..", ".", "/", "!", "!!a", "#a", "*", "**", "**/", "**/a", "**a", "a**", "a/**",
	"a**b", "**/a.b", "**.b", "x/**.b", "x/**/a.b", "x/**b", "*/**", "a*/**", "**/b/**", "**/*.b", "*.b", "?", "a?b", "[ab]", "[^a]", "[!a]", "[!d]", "[*]",
	"[?]*", "[[:alpha:]]", "[[:alpha:]]*", `\d*`, `\w`, `\a*`, `\*`, `a\*`, "a+b", "a+*", "(a)*", "^*", "^a", "a^*", "{a}*", "$*", "[a", "a]", "a]*", "[]a]", "[a-]",
	"[c-a]", "é", "?/é", "a/?", "**/?", "* !a", "* !a/b", "** !**/*.b", "a !a/b a/b/c", "a/* !a/b", "* !*/b", "!a a", "* !a a/b", "ab ab/* !ab/c", "a/b/ !a/b/c",
	"* !*.b", "x !x/ab x/ab/y", "**/a.b !x/**", "* !../a", "a/**/c", "**/**/a", "a/**/**", "*/*/*", "x/*/y", "?b/**", "[^x]/**", "*/ !b/a",
}

func main() {
	random := rand.New(rand.NewSource(1))
	pieces := strings.Fields(`a b / * ** ? [ab] [^a] [!b] [a-c] \* . c é * / a`)
	for i := 0; i < 40; i++ {
		var one, two strings.Builder
		for j := 0; j < 2+random.Intn(4); j++ {
			one.WriteString(pieces[random.Intn(len(pieces))])
			two.WriteString(pieces[random.Intn(len(pieces))])
		}
		globs = append(globs, one.String())
		ignores = append(ignores, two.String(), "* !"+one.String())
	}
	write("globs.txt", globs, func(pattern, name string) (bool, error) { return filepath.Match(pattern, name) })
	write("ignores.txt", ignores, func(patterns, name string) (bool, error) {
		var cleaned []string
		fields := strings.Fields(patterns)
		for _, pattern := range fields {
			// As BuildKit reads the lines of a .dockerignore.
			mark := ""
			if strings.HasPrefix(pattern, "!") {
				mark, pattern = "!", strings.TrimSpace(pattern[1:])
			} else if strings.HasPrefix(pattern, "#") {
				continue
			}
			if len(pattern) > 0 {
				pattern = filepath.Clean(pattern)
				if len(pattern) > 1 && pattern[0] == '/' {
					pattern = pattern[1:]
				}
			}
			cleaned = append(cleaned, mark+pattern)
		}
		return patternmatcher.MatchesOrParentMatches(name, cleaned)
	})
}

// The first line is the names; each other one a pattern, and for each name 1, 0, or e for an error.
func write(file string, patterns []string, match func(pattern, name string) (bool, error)) {
	var text strings.Builder
	text.WriteString(strings.Join(names, " ") + "\n")
	for _, pattern := range patterns {
		text.WriteString(pattern + "\t")
		for _, name := range names {
			switch matched, err := match(pattern, name); {
			case err != nil:
				text.WriteString("e")
			case matched:
				text.WriteString("1")
			default:
				text.WriteString("0")
			}
		}
		text.WriteString("\n")
	}
	if err := os.WriteFile(file, []byte(text.String()), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
