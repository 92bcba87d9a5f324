// Package typeface is the font of the documents and charts that the portal draws:
// Go's own, with the Latin, Greek and Cyrillic letters of Europe's languages.
package typeface

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/norm"
)

// The font's files.
var (
	Regular = goregular.TTF
	Bold    = gobold.TTF
)

// The font as it is drawn from; its two weights have the same letters.
var (
	RegularFont = parse(Regular)
	BoldFont    = parse(Bold)
)

func parse(file []byte) *opentype.Font {
	font, err := opentype.Parse(file)
	if err != nil {
		panic(fmt.Sprintf("the font that was built in can't be read: %v", err))
	}
	return font
}

// missing stands for a letter that the font does not have, so that nobody takes the
// text for whole.
const missing = '□'

// Drawable is a text of letters that the font has, in lines. A letter with
// marks that the font does not have loses them; any other one becomes an empty box.
func Drawable(text string) string {
	var glyphs sfnt.Buffer
	var out strings.Builder
	has := func(r rune) bool {
		glyph, err := RegularFont.GlyphIndex(&glyphs, r)
		return err == nil && glyph != 0
	}
	for _, r := range norm.NFC.String(strings.ToValidUTF8(text, string(missing))) {
		switch {
		case r == '\n', !unicode.IsControl(r) && has(r):
			out.WriteRune(r)
		case unicode.IsSpace(r): // of all widths
			out.WriteRune(' ')
		case unicode.In(r, unicode.Cf, unicode.Mn): // joins or marks the letter before
		default:
			out.WriteRune(bare(r, has))
		}
	}
	return out.String()
}

// bare is a letter without its marks, when the font has that.
func bare(r rune, has func(rune) bool) rune {
	part, _ := utf8.DecodeRuneInString(norm.NFKD.String(string(r)))
	if part != r && has(part) {
		return part
	}
	return missing
}
