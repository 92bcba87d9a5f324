package auth

import (
	"context"
	_ "embed"
	"runtime"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"golang.org/x/sync/semaphore"

	"clientportal/internal/fault"
)

// Lengths of a password, in characters.
const (
	minPassword = 10
	maxPassword = 200
)

// ownPart is how many characters of a password must be the person's own choice,
// beside their name and address.
const ownPart = 6

// checkPassword holds a new password to the rules. About are the words that are
// known of its owner: name and address.
func checkPassword(c *fault.Check, password string, about ...string) {
	if len(password) > maxPassword*utf8.UTFMax || utf8.RuneCountInString(password) > maxPassword {
		c.Add("password", "Choose a shorter password: at most %d characters.", maxPassword)
		return
	}
	switch {
	case !utf8.ValidString(password) || strings.ContainsRune(password, 0):
		c.Add("password", "This password has characters that can't be typed again.")
	case utf8.RuneCountInString(password) < minPassword:
		c.Add("password", "Choose a longer password: at least %d characters.", minPassword)
	case common(password):
		c.Add("password", "This password is on the lists that attackers try first. Choose another; four random words make a good one.")
	case utf8.RuneCountInString(without(password, about)) < ownPart:
		c.Add("password", "Choose a password that is not made of your name or address.")
	}
}

// tooLong reports whether a password that is to be compared is longer than any
// that was ever accepted.
func tooLong(password string) bool { return len(password) > maxPassword*utf8.UTFMax }

//go:embed common.txt
var commonList string

var commonPasswords = sync.OnceValue(func() map[string]bool {
	set := map[string]bool{}
	for line := range strings.Lines(commonList) {
		if word := strings.TrimSpace(line); word != "" && word[0] != '#' {
			set[word] = true
		}
	}
	return set
})

var leet = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i")

// common reports whether a password is one of the most used ones, or such a one
// with digits and signs around it, or letters replaced in the usual way.
func common(password string) bool {
	password = strings.ToLower(password)
	core := strings.TrimFunc(password, func(r rune) bool { return !unicode.IsLetter(r) })
	trimmed := strings.TrimRightFunc(password, func(r rune) bool { return !unicode.IsLetter(r) })
	for _, variant := range []string{password, core, leet.Replace(password), leet.Replace(trimmed)} {
		if commonPasswords()[variant] {
			return true
		}
	}
	return monotonous(password)
}

// monotonous reports whether each character of a password follows from the one
// before: "aaaaaaaaaa", "0123456789", "abcabcabcabc".
func monotonous(password string) bool {
	runes := []rune(password)
	steps, distinct := map[rune]bool{}, map[rune]bool{}
	for i, r := range runes {
		distinct[r] = true
		if i > 0 {
			steps[r-runes[i-1]] = true
		}
	}
	return len(distinct) <= 3 || len(steps) == 1
}

// without is a password with the words taken out that are known of its owner.
func without(password string, about []string) string {
	password = strings.ToLower(password)
	for _, text := range about {
		text, _, _ = strings.Cut(strings.ToLower(text), "@")
		for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
			if utf8.RuneCountInString(word) >= 3 {
				password = strings.ReplaceAll(password, word, "")
			}
		}
	}
	return strings.TrimFunc(password, func(r rune) bool { return unicode.IsPunct(r) || unicode.IsSpace(r) })
}

// cost is that of argon2id for interactive sign-in: 19 MiB, two passes.
var cost = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// gateWait is how long a request waits for its turn at the gate.
const gateWait = 15 * time.Second

// hasher hashes passwords, as many at once as there are cores: more would only
// take memory.
type hasher struct {
	gate  *semaphore.Weighted
	dummy func() (string, error) // stands in for the hash of who has none
}

func newHasher() *hasher {
	return &hasher{
		gate:  semaphore.NewWeighted(int64(runtime.GOMAXPROCS(0))),
		dummy: sync.OnceValues(func() (string, error) { return argon2id.CreateHash(newToken(), cost) }),
	}
}

func (h *hasher) enter(ctx context.Context) error {
	waiting, cancel := context.WithTimeout(ctx, gateWait)
	defer cancel()
	if err := h.gate.Acquire(waiting, 1); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return &fault.Error{
			Code: fault.Unavailable, Message: "Too many people are signing in at the moment. Try again in a minute.",
			RetryAfter: gateWait,
		}
	}
	return nil
}

func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.gate.Release(1)
	return argon2id.CreateHash(password, cost)
}

// matches compares a password with a hash. It takes as long for an empty hash,
// which nothing matches.
func (h *hasher) matches(ctx context.Context, password, hash string) (bool, error) {
	if err := h.enter(ctx); err != nil {
		return false, err
	}
	defer h.gate.Release(1)
	real := hash != ""
	if !real {
		dummy, err := h.dummy()
		if err != nil {
			return false, err
		}
		hash = dummy
	}
	same, err := argon2id.ComparePasswordAndHash(password, hash)
	return same && real, err
}

// HashPassword hashes a password without holding it to the rules, for accounts
// that the portal makes itself.
func (s *Service) HashPassword(ctx context.Context, password string) (string, error) {
	return s.passwords.hash(ctx, password)
}
