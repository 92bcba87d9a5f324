package upload

import (
	"strings"
	"testing"
)

func TestFileNamesAreMadeHarmless(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"invoice.pdf":                    "invoice.pdf",
		"../../etc/passwd.txt":           "passwd.txt",
		`C:\Users\mara\shot.png`:         "shot.png",
		"a\x00b\r\nc.png":                "abc.png",
		"photo\u202egpj.png":             "photogpj.png",
		"  spaced \t out .pdf ":          "spaced out .pdf",
		"..png":                          "png",
		"Größe 🙂.jpeg":                   "Größe 🙂.jpeg",
		"bad\xff.csv":                    "bad.csv",
		strings.Repeat("a", 200) + ".md": strings.Repeat("a", 117) + ".md",
		"":                               "",
		"/":                              "",
	} {
		if got := CleanName(given); got != want {
			t.Errorf("%q became %q, want %q", given, got, want)
		}
	}
}

func TestDispositionIsOneHeader(t *testing.T) {
	t.Parallel()
	want := `attachment; filename="Gr__e _a_ b.pdf"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%22a%22%20b.pdf`
	if got := disposition(`Größe "a" b.pdf`); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
