package sheet_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"clientportal/internal/fault"
	"clientportal/internal/sheet"
)

var limits = sheet.Limits{Rows: 3, Columns: 3, Bytes: 200}

func TestParse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, want string }{
		"commas":          {"a,b\n1,2\n", "1: a|b, 2: 1|2"},
		"semicolons":      {"a;b\r\n\"1,5\";2\r\n", "1: a|b, 2: 1,5|2"},
		"tabs":            {"a\tb\n1\t2", "1: a|b, 2: 1|2"},
		"a mark":          {"\ufeffa,b\n1,2", "1: a|b, 2: 1|2"},
		"Latin-1":         {"a,b\nJos\xe9,M\xfcller", "1: a|b, 2: José|Müller"},
		"UTF-16":          {"\xff\xfea\x00,\x00b\x00\n\x001\x00,\x002\x00", "1: a|b, 2: 1|2"},
		"empty lines":     {"\n,\na,b\n\n,,\n 1 ,2\n", "3: a|b, 6: 1|2"},
		"short rows":      {"a,b\n1\n", "1: a|b, 2: 1"},
		"long rows":       {"a,b\n1,2,3\n", "1: a|b, 2: 1|2|3"},
		"lines in a cell": {"a,b\n\"1\n1\",2\n3,4\n", "1: a|b, 2: 1\n1|2, 4: 3|4"},
	} {
		got, err := sheet.Parse([]byte(c.file), limits, "file")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		_, first, _ := strings.Cut(c.want, ", ")
		var rows []string
		for _, row := range got.Rows {
			rows = append(rows, string(rune('0'+row.Line))+": "+strings.Join(row.Cells, "|"))
		}
		if all := strings.Join(rows, ", "); all != first || !slices.Equal(got.Header, []string{"a", "b"}) {
			t.Errorf("%s: %q under %q, want %q", name, all, got.Header, first)
		}
	}
}

func TestParseRefusesWhatIsNoTable(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file string
		code fault.Code
	}{
		"nothing":          {"", fault.Invalid},
		"a head alone":     {"a,b\n", fault.Invalid},
		"an open quote":    {"a,b\n\"1,2\n", fault.Invalid},
		"no text":          {"PK\x03\x04\x00\x00", fault.Invalid},
		"too many columns": {"a,b,c,d\n1", fault.Invalid},
		"too many rows":    {"a\n1\n2\n3\n4\n", fault.Invalid},
		"too many bytes":   {"a\n" + strings.Repeat("1", 200), fault.TooLarge},
	} {
		if _, err := sheet.Parse([]byte(c.file), limits, "file"); fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}

func TestWriteMakesNoFormula(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := sheet.Write(&out, [][]string{{"=1+1", "+1", "-1", "@x", "a=b", `say "so"`, ""}}); err != nil {
		t.Fatal(err)
	}
	if want := "'=1+1,'+1,'-1,'@x,a=b,\"say \"\"so\"\"\",\n"; out.String() != want {
		t.Errorf("wrote %q, want %q", out.String(), want)
	}
}
