package upload

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxFileName is how long a file's name may be, in characters.
const maxFileName = 120

// CleanName makes a name that is safe to show and to save a file under: the
// last part of a path, without control characters and without those that turn
// the direction of writing, behind which "gpj.exe" reads as "exe.jpg".
func CleanName(name string) string {
	name = strings.ToValidUTF8(name, "")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == utf8.RuneError || r == '\uFEFF' {
			return -1
		}
		return r
	}, name)
	name = strings.Trim(strings.Join(strings.Fields(name), " "), ". ")
	extension := path.Ext(name)
	stem := []rune(strings.TrimSuffix(name, extension))
	if room := maxFileName - utf8.RuneCountInString(extension); len(stem) > room && room > 0 {
		stem = stem[:room]
	}
	return string(stem) + extension
}
