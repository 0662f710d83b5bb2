// Writes what BuildKit's own parser and shell lexer say of generated Dockerfiles and words: dockerfiles.jsonl.gz and words.jsonl.gz.
// Needs Go 1.24 and the sources that Debian's golang-github-docker-docker-dev 28.5.2 has under moby/buildkit/frontend/dockerfile
// (Debian sid; its imports are -dev packages, too). With these in /usr/share/gocode, in this folder:
// GO111MODULE=off GOPATH=/usr/share/gocode go run -tags dfparents,dfrunsecurity record.go
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"sort"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

var random = rand.New(rand.NewSource(18))

func one(choices ...string) string { return choices[random.Intn(len(choices))] }

func chance(percent int) bool { return random.Intn(100) < percent }

// Pieces of a word: letters, quotes, escapes, variables, blanks that Unicode knows and ASCII does not.
func word() string {
	var text strings.Builder
	for i := 0; i <= random.Intn(3); i++ {
		text.WriteString(one("a", "b", "/x", ".", "é", "1", "$A", "${A}", "${A:-b}", `"q"`, `'s'`, `"two words"`, `'two words'`, `\ `, `\"`, `\\`, `\$`,
			"`", "=", ",", ":", "#", "<", "<<", "--", "[", "]", "{", "*", "\u00a0", "\u2003", "\u3000", "\u0085", "\v", "\f"))
	}
	return text.String()
}

func plain() string { return one("a", "b/c", "/x", ".", "f.txt", "é", "$A", "${A:-b}/", `"q r"`, "'s t'", `a\ b`, word(), word()) }

func blank() string {
	return one(" ", " ", " ", " ", " ", " ", "  ", "\t", " \t ", "\u00a0", "\u2003", "\v", "\f", " \u3000 ")
}

func words(least, most int) string {
	count := least + random.Intn(most-least+1)
	var text strings.Builder
	for i := 0; i < count; i++ {
		if i > 0 {
			text.WriteString(blank())
		}
		text.WriteString(plain())
	}
	return text.String()
}

func list() string {
	var items []string
	for i := 0; i < random.Intn(4); i++ {
		items = append(items, one(`"a"`, `"/b c"`, `""`, `"q\"r"`, `"\u00e9"`, `"é"`, `"\/x"`, `" s "`, `"\t"`, `"<<E"`, `"\ud83d\ude00"`, "1", "'a'", "null", `["n"]`, `"a`, `"\x"`))
		if chance(70) {
			items[len(items)-1] = one(`"a"`, `"/b"`, `"c d"`)
		}
	}
	return one("[", "[ ", "[\t", "[\u00a0") + strings.Join(items, one(",", ", ", " , ", ",,")) + one("]", " ]", "]", "]", "] ", "],", "] x", "")
}

func pairs() string {
	var items []string
	for i := 0; i <= random.Intn(3); i++ {
		items = append(items, one("A", "B", "c.d", `"q"`, "é", "$A", "")+one("=", "=", "=", "=", "", " = ")+one("", "1", `"two words"`, `'s'`, `a\ b`, `"x\"y"`, `"open`, "$A", "a=b", word()))
	}
	return strings.Join(items, blank())
}

func flags(known ...string) string {
	var text strings.Builder
	for chance(40) {
		// BuildKit reads options byte by byte, so that letters beyond ASCII are no letters in them: that is not copied.
		text.WriteString(one(known...) + one(" ", " ", "  ", "\t", "\v"))
	}
	if chance(4) {
		text.WriteString(one("-- ", "--x ", "--", "-x ", "--from ", `--"from=a" `, `--from="a b" `, `--from='a' `, `--from=a\ b `, "--link=yes ", "--chown=1 --chown=2 ", "--=a ", "--from= "))
	}
	return text.String()
}

// The texts below an instruction that names them.
func heredocs(instruction, end string, names ...string) string {
	text := instruction + end
	for _, name := range names {
		for i := 0; i < random.Intn(3); i++ {
			text += one("text", "\ttabs", "# no comment", `goes on \`, "", "$A 'q' \"r\"", " "+name, name+" ", "FROM x", "\t\tdeep", "`") + one(end, "\n")
		}
		if chance(96) {
			text += one(name, name, name, name, "\t"+name) + one(end, end, "\n")
		}
	}
	return text
}

func heredoc(end string) string {
	name := one("EOF", "E", "a.txt", "é", "X_1")
	mark := one("<<", "<<", "<<-", "<< ", "<<\t", "1<<", "<<<", "<<- ")
	quoted := one(name, name, "'"+name+"'", `"`+name+`"`, `\`+name, name+"'x'", "$"+name, `"`+name, `'b c'`)
	if chance(70) {
		mark, quoted = one("<<", "<<-"), one(name, "'"+name+"'", `"`+name+`"`)
	}
	switch random.Intn(5) {
	case 0:
		return heredocs("COPY "+flags("--chown=1:2", "--chmod=644")+mark+quoted+" "+one("/f", "/d/", "/d/", mark+quoted), end, name)
	case 1:
		second := one("B", "two", "a b")
		return heredocs(one("COPY ", "ADD ")+mark+quoted+one(" x ", " ")+"<<"+second+" /d/", end, name, second)
	case 2:
		return heredocs("ONBUILD "+one("RUN ", "COPY ", "run ")+mark+quoted+one("", " /x"), end, name)
	case 3:
		return heredocs("RUN "+one("cat ", "<<B cat ", `"<<NO" `, "python3 - ", "a=$((1<<2)) ")+mark+quoted+one("", " > /o", " | tee 'x"), end, one(name, "B"), name)
	}
	return heredocs("RUN "+flags("--mount=type=cache,target=/c", "--network=none")+mark+quoted+one("", "", " && a"), end, name)
}

func instruction(end string) string {
	name := func(text string) string {
		if chance(15) {
			text = one(strings.ToLower(text), text[:1]+strings.ToLower(text[1:]))
		}
		return text + one(" ", " ", " ", "\t", "  ", blank())
	}
	switch random.Intn(19) {
	case 0:
		return name("FROM") + flags("--platform=$BUILDPLATFORM", "--platform=linux/arm64") + one("a", "scratch", "x/y:1@sha256:0", "$A") + one("", "", " as b", " AS B-1_.c", "  AS\td", " AS 1", " AS é", " IS b", " AS", " b c d e")
	case 1:
		return name("ARG") + one("A", "A=1", "A=1 B", `A="b c" D='e'`, "", "=1", pairs())
	case 2:
		return name("ENV") + one(pairs(), "A b c", "A\tb", "A  'b' ", "A", "", `A\ B c`, "A=\u00a0", "A\u00a0b")
	case 3:
		return name("LABEL") + one(pairs(), "a b", `"a b"=c`, `a.b="c\`+end+`d"`, "a")
	case 4:
		return name("COPY") + flags("--from=b", "--chown=1:2", "--chmod=0755", "--link", "--link=false", "--parents", "--exclude=*.a", "--exclude=b") + one(words(2, 3), words(1, 3), list(), "a b")
	case 5:
		return name("ADD") + flags("--chown=1:2", "--chmod=0755", "--link=true", "--checksum=sha256:0", "--keep-git-dir", "--keep-git-dir=true", "--unpack=false", "--exclude=b") + one(words(2, 3), list(), "a b")
	case 6, 7, 8:
		return name("RUN") + flags("--mount=type=cache,target=/c", "--mount=type=bind,source=a,target=/b", "--network=host", "--security=sandbox") + one(words(0, 5), list(), "", "a && b", "[ -d /x ]", "a # b", "# a")
	case 9:
		return name("CMD") + one(words(0, 3), list(), "[]", "")
	case 10:
		return name("ENTRYPOINT") + one(words(0, 3), list(), "[]", "")
	case 11:
		return name("HEALTHCHECK") + flags("--interval=5s", "--timeout=1m30s", "--retries=3", "--start-period=0s", "--start-interval=2s", "--interval=x", "--retries=-1", "--interval=1us") + one("CMD "+words(0, 3), "CMD "+list(), "NONE", "none", "NONE x", "cmd a", "CMD", "", "X y", "CMD\ta")
	case 12:
		return name("EXPOSE") + one("80", "80/tcp 53/udp", "8000-8010 $A", "", "80\t81", "80\u00a081", words(1, 3))
	case 13:
		return name("VOLUME") + one("/a", "/a /b", list(), `["/a"]`, "", words(1, 2))
	case 14:
		return name("USER") + one("a", "1:2", "", "a b", words(1, 2))
	case 15:
		return name("WORKDIR") + one("/a", "b c", `"/q r"`, "", words(1, 2), `C:\x`)
	case 16:
		return name("SHELL") + one(`["/bin/bash", "-c"]`, list(), "bash -c", "")
	case 17:
		return name("ONBUILD") + one("RUN a", "COPY a b", "run --network=none a", "ONBUILD RUN a", "FROM a", "MAINTAINER a", "CMD "+list(), "ENV a=b  c=d", "", "NOPE x", "ENV a", "  WORKDIR /x")
	}
	return one(name("STOPSIGNAL")+one("9", "SIGTERM", "", "a b"), name("MAINTAINER")+one("a b", "", `"q"`), one("NOPE x", "RUN", "FROMM a", "é", "--from=a", "RUNa", "[", "<<E"))
}

// Breaks a line at some of its blanks, with comments and empty lines between the parts.
func broken(line, escape, end string) string {
	var text strings.Builder
	for _, letter := range line {
		text.WriteRune(letter)
		if letter == ' ' && chance(12) {
			text.WriteString(one(escape+end, escape+" "+end, escape+"\t"+end, escape+end+"# between"+end, escape+end+"  # between"+end, escape+end+end, escape+end+"   "+end,
				escape+end+"\t", escape+escape+end, escape+"\u00a0"+end, escape+end+escape+end, escape+"\r"+end))
		}
	}
	return text.String()
}

func dockerfile() string {
	end := one("\n", "\n", "\n", "\r\n")
	escape := `\`
	var text strings.Builder
	if chance(8) {
		text.WriteString("\ufeff")
	}
	for chance(15) {
		text.WriteString(one("# escape=`", "#escape = `", "# ESCAPE=\\", "# escape=x", "# syntax=docker/dockerfile:1", "# check=skip=all", "# check=error=true;skip=X", "# other=1", "#", "# comment", "",
			"  # escape=`", "#\tsyntax=\ta b", "// escape=`", "# escape=", "# escape", "# syntax = x ", "#!/bin/sh", "# escape=`\t", "# é=1", "# a.b=c") + end)
	}
	if strings.Contains(text.String(), "=`") || strings.Contains(text.String(), "= `") {
		escape = "`"
	}
	if chance(30) {
		text.WriteString(one("ARG A=1", "# x", "ARG B", "", "  ", "# desc A") + end)
	}
	if chance(97) {
		text.WriteString(one("FROM a", "from scratch", "FROM a AS b", "FROM --platform=linux/amd64 x") + end)
	}
	for i := 0; i < 1+random.Intn(4); i++ {
		line := one("", "", "", "", "  ", "\t", "\u00a0", "\u2003", "\v")
		if chance(20) {
			text.WriteString(one("# comment", "   # indented", "", "   ", "\t", "\u00a0", "# goes on "+escape, escape, escape+" ") + end)
		}
		if chance(22) {
			text.WriteString(line + heredoc(end))
			continue
		}
		line += instruction(end)
		if chance(40) {
			line = broken(line, escape, end)
		}
		text.WriteString(line + one("", "", "", "", "", " ", "\t", escape, escape+" ", " "+escape, escape+escape, "\u00a0", "\r"))
		text.WriteString(end)
	}
	result := text.String()
	if chance(30) {
		result = strings.TrimRight(result, "\r\n")
	}
	return result
}

func flag(value bool, name string) string {
	if value {
		return name
	}
	return ""
}

func command(parsed any, node *parser.Node) []string {
	row := []string{strings.ToUpper(node.Value), strconv.Itoa(node.StartLine), strings.Join(node.Flags, "\n")}
	shellOf := func(line instructions.ShellDependantCmdLine) {
		row = append(row, flag(!line.PrependShell, "list"))
		row = append(row, line.CmdLine...)
		for _, file := range line.Files {
			row = append(row, "<<"+file.Name, file.Data, flag(file.Chomp, "chomp"))
		}
	}
	files := func(files instructions.SourcesAndDest) {
		row = append(row, files.SourcePaths...)
		for _, content := range files.SourceContents {
			row = append(row, "<<"+content.Path, content.Data, flag(content.Expand, "expand"))
		}
		row = append(row, files.DestPath)
	}
	switch c := parsed.(type) {
	case *instructions.Stage:
		row = append(row, c.BaseName, c.Name)
	case *instructions.ArgCommand:
		for _, pair := range c.Args {
			if pair.Value == nil {
				row = append(row, pair.Key)
			} else {
				row = append(row, pair.Key+"="+*pair.Value)
			}
		}
	case *instructions.EnvCommand:
		for _, pair := range c.Env {
			row = append(row, pair.Key, pair.Value, flag(pair.NoDelim, "old"))
		}
	case *instructions.LabelCommand:
		for _, pair := range c.Labels {
			row = append(row, pair.Key, pair.Value, flag(pair.NoDelim, "old"))
		}
	case *instructions.MaintainerCommand:
		row = append(row, c.Maintainer)
	case *instructions.WorkdirCommand:
		row = append(row, c.Path)
	case *instructions.UserCommand:
		row = append(row, c.User)
	case *instructions.StopSignalCommand:
		row = append(row, c.Signal)
	case *instructions.ExposeCommand:
		row = append(row, c.Ports...)
	case *instructions.VolumeCommand:
		row = append(row, c.Volumes...)
	case *instructions.ShellCommand:
		row = append(row, c.Shell...)
	case *instructions.CmdCommand:
		shellOf(c.ShellDependantCmdLine)
	case *instructions.EntrypointCommand:
		shellOf(c.ShellDependantCmdLine)
	case *instructions.RunCommand:
		shellOf(c.ShellDependantCmdLine)
	case *instructions.CopyCommand:
		files(c.SourcesAndDest)
	case *instructions.AddCommand:
		files(c.SourcesAndDest)
	case *instructions.HealthCheckCommand:
		row = append(row, c.Health.Test...)
		for _, time := range []int64{int64(c.Health.Interval), int64(c.Health.Timeout), int64(c.Health.StartPeriod), int64(c.Health.StartInterval), int64(c.Health.Retries)} {
			row = append(row, strconv.FormatInt(time, 10))
		}
	case *instructions.OnbuildCommand:
		row = append(row, c.Expression)
	default:
		panic(fmt.Sprintf("%T", parsed))
	}
	return row
}

// The first row is about the file: its escape, its checks and how many instructions have empty lines in them. An error has one word.
func rows(text string) [][]string {
	result, err := parser.Parse(strings.NewReader(text))
	if err != nil {
		return [][]string{{"error"}}
	}
	stages, _, err := instructions.Parse(result.AST, nil)
	if err != nil || len(stages) == 0 {
		return [][]string{{"error"}}
	}
	_, check, _, _ := parser.ParseDirective("check", []byte(text))
	all := [][]string{{string(result.EscapeToken), check, strconv.Itoa(len(result.Warnings))}}
	for _, node := range result.AST.Children {
		parsed, err := instructions.ParseInstruction(node)
		if err != nil {
			panic(err)
		}
		all = append(all, command(parsed, node))
	}
	return all
}

type golden struct {
	Text string     `json:"text"`
	Rows [][]string `json:"rows"`
}

type expanded struct {
	Text   string   `json:"text"`
	Escape string   `json:"escape"`
	Word   *string  `json:"word"`
	Words  []string `json:"words"`
}

func shellWord() string {
	var text strings.Builder
	for i := 0; i < 1+random.Intn(4); i++ {
		inner := one("", "b", "*", "?", "a*", "*b", "x y", "'q'", `"q"`, "$w", "${e:-d}", `\}`, `\*`, `\\`, `\/`, "/", ".", "é", "$", "'", `"`)
		text.WriteString(one("a", " ", "é", "\u00a0", "\t", "/", "<", "<<", "<< ", "$", "$a", "$w", "$e", "$u", "${a}", "${p}", "${u}", "$1", "$10", "$@", "$é", "${", "}", "{",
			`'q $a'`, `"q $a"`, `"${w}"`, `\$a`, `\"`, `\\`, `\`, "`", "``", "'", `"`, `"\a\"\$"`, "${a-"+inner+"}", "${u:-"+inner+"}", "${e:-"+inner+"}", "${e-"+inner+"}",
			"${a:+"+inner+"}", "${u+"+inner+"}", "${u:?"+inner+"}", "${e?"+inner+"}", "${p#"+inner+"}", "${p##"+inner+"}", "${p%"+inner+"}", "${p%%"+inner+"}",
			"${p/"+inner+"/"+one("", "z", "$a", "'q'", "$0", "${1}", `\/`)+"}", "${p//"+inner+"/z}", "${a^}", "${:x}", "${a b}", "${a:}", "${p:#b}", "${!a}", "${#a}", "${1:-x}"))
	}
	return text.String()
}

func write(file string, values []any) {
	var data bytes.Buffer
	for _, value := range values {
		encoder := json.NewEncoder(&data)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(value); err != nil {
			panic(err)
		}
	}
	var packed bytes.Buffer
	writer, _ := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	writer.Write(data.Bytes())
	writer.Close()
	if err := os.WriteFile(file, packed.Bytes(), 0o644); err != nil {
		panic(err)
	}
}

func main() {
	seen := map[string]bool{}
	kinds := map[string]int{}
	var files []any
	for len(files) < 2400 {
		text := dockerfile()
		if seen[text] || strings.ContainsRune(text, '\ufffd') {
			continue
		}
		seen[text] = true
		result := rows(text)
		// Half of them at least are right.
		if result[0][0] == "error" && kinds["error"] >= 800 {
			continue
		}
		for _, row := range result {
			kinds[row[0]]++
		}
		files = append(files, golden{text, result})
	}
	write("dockerfiles.jsonl.gz", files)

	env := shell.EnvsFromSlice([]string{"a=1", "e=", "w=x  y", "p=a/b.c/b.a b", "é=f", "1=one"})
	var all []any
	for len(all) < 2000 {
		text := shellWord()
		escape := one(`\`, `\`, "`")
		if seen[text+escape] {
			continue
		}
		seen[text+escape] = true
		lexer := shell.NewLex(rune(escape[0]))
		row := expanded{Text: text, Escape: escape}
		if word, _, err := lexer.ProcessWord(text, env); err == nil {
			row.Word = &word
		}
		if list, err := lexer.ProcessWords(text, env); err == nil {
			row.Words = append([]string{}, list...)
		}
		kinds[fmt.Sprint("word ", row.Word != nil)]++
		all = append(all, row)
	}
	write("words.jsonl.gz", all)
	var names []string
	for name := range kinds {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Println(name, kinds[name])
	}
}
