package upload

import (
	"bytes"
	"net/http"
	"path"
	"slices"
	"strings"
)

// sniffed is how many bytes of a file tell its type.
const sniffed = 512

// kind is a type of file that may be attached: what its bytes must look like,
// and the type that it is served with.
type kind struct {
	looks  string // as of sniff
	served string // "" for the same
}

const (
	zipped = "application/zip"
	plain  = "text/plain"
)

// kinds are the files that may be attached, by extension. What a browser would
// run as a page (HTML, SVG) or a computer as a program is not among them.
var kinds = map[string]kind{
	".png": {looks: "image/png"}, ".jpg": {looks: "image/jpeg"}, ".jpeg": {looks: "image/jpeg"},
	".gif": {looks: "image/gif"}, ".webp": {looks: "image/webp"}, ".heic": {looks: "image/heic"}, ".heif": {looks: "image/heic"},
	".pdf": {looks: "application/pdf"},
	".txt": {plain, "text/plain; charset=utf-8"}, ".log": {plain, "text/plain; charset=utf-8"},
	".md": {plain, "text/markdown; charset=utf-8"}, ".csv": {plain, "text/csv; charset=utf-8"}, ".json": {plain, "application/json"},
	".zip":  {looks: zipped},
	".docx": {zipped, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
	".xlsx": {zipped, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	".pptx": {zipped, "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
	".odt":  {zipped, "application/vnd.oasis.opendocument.text"},
	".ods":  {zipped, "application/vnd.oasis.opendocument.spreadsheet"},
	".mp4":  {looks: "video/mp4"}, ".mov": {looks: "video/quicktime"}, ".webm": {looks: "video/webm"},
}

// dangerous are extensions that may stand nowhere in a name: some programs hide
// the last one, and some servers obey the first.
var dangerous = []string{
	"asp", "aspx", "bat", "cgi", "chm", "cmd", "cpl", "dll", "dmg", "exe", "hta", "htm", "html", "iso", "jar", "js", "jse", "jsp",
	"lnk", "mjs", "msi", "msp", "php", "phtml", "pif", "pl", "ps1", "py", "reg", "scr", "sh", "svg", "svgz", "swf", "vb", "vbe", "vbs",
	"wsf", "wsh", "xht", "xhtml", "xml", "xsl",
}

// kindOf says what a file of this name is. ok is false for those that can't be
// attached.
func kindOf(name string) (k kind, ok bool) {
	name = strings.ToLower(name)
	for _, part := range strings.Split(name, ".")[1:] {
		if slices.Contains(dangerous, strings.TrimSpace(part)) {
			return kind{}, false
		}
	}
	k, ok = kinds[path.Ext(name)]
	if k.served == "" {
		k.served = k.looks
	}
	return k, ok
}

// sniff tells a type by a file's first bytes.
func sniff(head []byte) string {
	if len(head) >= 12 && bytes.Equal(head[4:8], []byte("ftyp")) {
		switch brand := string(head[8:12]); brand {
		case "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1":
			return "image/heic"
		case "qt  ":
			return "video/quicktime"
		default:
			return "video/mp4"
		}
	}
	detected, _, _ := strings.Cut(http.DetectContentType(head), ";")
	return detected
}
