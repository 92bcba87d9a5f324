package datasource

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"regexp"
	"strings"

	"github.com/google/uuid"

	"clientportal/internal/datasource/upstream"
	"clientportal/internal/fault"
)

// leastSecret is how long a text of credentials must be to be looked for elsewhere.
const leastSecret = 6

// redacted is a text without what stands in the credentials, and without addresses,
// since some systems want their token there.
func redacted(text string, credentials json.RawMessage) string {
	var inside any
	if json.Unmarshal(credentials, &inside) == nil {
		for _, secret := range textsOf(inside, nil) {
			if len(secret) >= leastSecret {
				text = strings.ReplaceAll(text, secret, "(secret)")
			}
		}
	}
	return addresses.ReplaceAllString(text, "(an address)")
}

var addresses = regexp.MustCompile(`https?://[^\s"']+`)

// textsOf are all texts of a value of JSON, the longest of a key file too.
func textsOf(value any, found []string) []string {
	switch v := value.(type) {
	case string:
		return append(found, v)
	case map[string]any:
		for _, inner := range v {
			found = textsOf(inner, found)
		}
	case []any:
		for _, inner := range v {
			found = textsOf(inner, found)
		}
	}
	return found
}

// withoutSecrets is an error of a connector as it may go on: failures and faults have
// words of their own; of any other nothing is left but words without credentials.
func withoutSecrets(err error, credentials json.RawMessage) error {
	if failure, ok := upstream.AsFailure(err); ok {
		clean := *failure
		clean.Client, clean.Staff = redactedWords(failure.Client, credentials), redactedWords(failure.Staff, credentials)
		clean.Cause = nil
		return &clean
	}
	if err == nil || fault.CodeOf(err) != "" || errors.Is(err, errLeaseLost) {
		return err
	}
	return errors.New(redacted(err.Error(), credentials))
}

// redactedWords keeps addresses: words for people may tell where to go.
func redactedWords(text string, credentials json.RawMessage) string {
	var inside any
	if json.Unmarshal(credentials, &inside) == nil {
		for _, secret := range textsOf(inside, nil) {
			if len(secret) >= 16 { // a token; shorter ones are ids that the words may name
				text = strings.ReplaceAll(text, secret, "(secret)")
			}
		}
	}
	return text
}

// logFailure writes a failure of the portal's own to the log.
func logFailure(ctx context.Context, source uuid.UUID, err error) {
	slog.ErrorContext(ctx, "a data source could not be read", "source_id", source, "error", err)
}
