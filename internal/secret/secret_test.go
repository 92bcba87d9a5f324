package secret_test

import (
	"os"
	"path/filepath"
	"testing"

	"clientportal/internal/secret"
)

func TestBoxOpensOnlyItsOwnRow(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	box, err := secret.Load("", dir)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := box.Seal([]byte("JBSWY3DP"), "row-1")
	if err != nil {
		t.Fatal(err)
	}
	again, err := secret.Load("", dir) // a restart finds the same keys
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := again.Open(sealed, "row-1"); err != nil || string(plain) != "JBSWY3DP" {
		t.Errorf("opened %q, %v", plain, err)
	}
	for name, c := range map[string][2]string{
		"another row's id": {sealed, "row-2"},
		"a changed secret": {changed(sealed), "row-1"},
		"no ciphertext":    {"*", "row-1"},
		"an empty text":    {"", "row-1"},
	} {
		if _, err := again.Open(c[0], c[1]); err == nil {
			t.Errorf("%s opened", name)
		}
	}
	info, err := os.Stat(filepath.Join(dir, "secret-keys.json"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key file: %v, %v", info.Mode(), err)
	}
}

func TestLoadRefusesWhatIsNoKeyset(t *testing.T) {
	t.Parallel()
	for _, given := range []string{"{}", `{"primaryKeyId":1}`, filepath.Join(t.TempDir(), "missing.json")} {
		if _, err := secret.Load(given, t.TempDir()); err == nil {
			t.Errorf("%q was taken for keys", given)
		}
	}
}

// changed is the text with one letter of its middle replaced.
func changed(text string) string {
	b := []byte(text)
	i := len(b) / 2
	if b[i]++; b[i] > 'z' {
		b[i] = 'a'
	}
	return string(b)
}
