package ticket

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"time"

	"clientportal/internal/actor"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/upload"
)

// keyField carries a key that each rendered form has of its own: see once.
const keyField = "form_key"

// once does what a form asks for exactly once: sent again (a double click, a reload),
// it leads where it led the first time. What was typed and the files belong to the
// form's key, so that a form that is changed and sent again counts anew.
func (c *core) once(ctx context.Context, s upload.Form, do func(context.Context) (location string, err error)) (string, error) {
	if s.Value(keyField) == "" {
		return do(ctx)
	}
	who, _ := actor.From(ctx)
	fingerprint := s.Fingerprint(sha256.New())
	key := db.Key{
		Principal: fmt.Sprintf("%s:%s:%s", who.Kind, who.ID, who.CustomerID()),
		Key:       fmt.Sprintf("form:%x", fingerprint), Fingerprint: fingerprint,
	}
	for tries := 0; ; tries++ {
		begun := false
		answer, err := c.DB.Once(ctx, key, func(ctx context.Context) (db.Answer, error) {
			begun = true
			location, err := do(ctx)
			return db.Answer{Status: http.StatusCreated, Header: http.Header{"Location": {location}}, Body: []byte{}}, err
		})
		if twin := !begun && fault.CodeOf(err) == fault.Conflict; !twin || tries == 20 {
			return http.Header(answer.Header).Get("Location"), err
		}
		select { // the first one is still at work
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(250 * time.Millisecond):
		}
	}
}
