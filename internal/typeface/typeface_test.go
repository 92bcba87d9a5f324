package typeface_test

import (
	"testing"

	"clientportal/internal/typeface"
)

func TestDrawable(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Zażółć gęślą jaźń":   "Zażółć gęślą jaźń",
		"Ελληνικά, Български": "Ελληνικά, Български",
		"A\u0308rger":         "Ärger", // of two runes
		"Nguyễn Việt":         "Nguyen Viet",
		"漢字 and 😀":            "□□ and □",
		"a\u00a0b\u2009c\td":  "a\u00a0b c d",
		"x\u200dy\u0000z":     "xy□z",
		"two\nlines":          "two\nlines",
		"bad \xff byte":       "bad □ byte",
	} {
		if got := typeface.Drawable(text); got != want {
			t.Errorf("%q is drawn as %q, want %q", text, got, want)
		}
	}
}
