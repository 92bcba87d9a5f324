package auth

import (
	"strings"
	"testing"

	"clientportal/internal/fault"
)

func TestCheckPassword(t *testing.T) {
	t.Parallel()
	for password, good := range map[string]bool{
		"nine purple otters": true, "Tr0ub4dor&3zz": true, "пароль из слов": true, "🦦🦫🦥🦔🐿🦡🦨🦝🦊🐻": true,
		"correct horse battery staple": true, "mara prefers tea": true, strings.Repeat("ab1-", 50): true,
		"short": false, "ninechars": false, "password123": false, "Password123!": false, "P@ssw0rd2024": false, "qwertyuiop": false,
		"1234567890": false, "aaaaaaaaaaaa": false, "9876543210": false, "abababababab": false, "iloveyou2024": false,
		"Welcome2024!": false, "mara.lind@2024": false, "lindmara99": false, "mlacme2024": true,
		"nul\x00in the middle": false, "\xff\xfe not a text": false, strings.Repeat("ab1-", 51): false,
	} {
		var c fault.Check
		checkPassword(&c, password, "mara.lind@acme.example", "Mara", "Lind")
		if (c.Err() == nil) != good {
			t.Errorf("%q: %v", password, c.Err())
		}
	}
}

func TestNothingMatchesNoPassword(t *testing.T) {
	t.Parallel()
	h := newHasher()
	for _, password := range []string{"", "x"} {
		if same, err := h.matches(t.Context(), password, ""); same || err != nil {
			t.Errorf("%q: %v, %v", password, same, err)
		}
	}
	hash, err := h.hash(t.Context(), "nine purple otters")
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("%s, %v", hash, err)
	}
}
