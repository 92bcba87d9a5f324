package secret_test

import (
	"os"
	"path/filepath"
	"testing"

	"clientportal/internal/secret"
)

func TestRotatedKeysReachPortalsThatRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	load := func() *secret.Box {
		box, err := secret.Load("", dir)
		if err != nil {
			t.Fatal(err)
		}
		return box
	}
	running, command := load(), load()
	old, err := running.Seal([]byte("token"), "row-1")
	if err != nil {
		t.Fatal(err)
	}
	if !command.Current(old) {
		t.Error("what was sealed with the only key is not current")
	}
	if err := command.Rotate(); err != nil {
		t.Fatal(err)
	}
	if command.Current(old) {
		t.Error("what was sealed with the old key is still current")
	}
	sealed, err := command.Seal([]byte("token"), "row-1")
	if err != nil || !command.Current(sealed) {
		t.Errorf("sealed anew: current %v, %v", command.Current(sealed), err)
	}
	for name, text := range map[string]string{"sealed before": old, "sealed with the new key": sealed} {
		if plain, err := running.Open(text, "row-1"); err != nil || string(plain) != "token" {
			t.Errorf("%s opens as %q, %v", name, plain, err)
		}
		if _, err := running.Open(text, "row-2"); err == nil {
			t.Errorf("%s opens for another row", name)
		}
	}
	file := filepath.Join(dir, "secret-keys.json")
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key file: %v, %v", info.Mode(), err)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	inline, err := secret.Load(string(raw), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := inline.Rotate(); err == nil {
		t.Error("keys of the environment were rotated, which nobody could keep")
	}
}
