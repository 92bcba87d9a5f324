package api

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"clientportal/internal/fault"
)

// strictJSON reads what the caller means or nothing: encoding/json by itself takes
// the last of several fields of one name, and puts U+FFFD for what is no text.
var strictJSON = huma.Format{Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: func(data []byte, v any) error {
	decoder := jsontext.NewDecoder(bytes.NewBuffer(data))
	if err := decoder.SkipValue(); err != nil {
		return errors.New(strings.TrimPrefix(err.Error(), "jsontext: "))
	}
	if _, err := decoder.ReadToken(); !errors.Is(err, io.EOF) {
		return errors.New("there is more after the end of the JSON")
	}
	err := json.Unmarshal(data, v)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok { // such as a number that is too large
		kind, _, _ := strings.Cut(wrong.Value, " ")
		return fmt.Errorf("this %s is out of range: %s", kind, cmp.Or(wrong.Field, "body"))
	}
	return err
}}

// checkType refuses a body that says it is no JSON in UTF-8, where the operation
// takes JSON. A body that says nothing is taken for it.
func checkType(op *huma.Operation, r *http.Request) error {
	given := r.Header.Get("Content-Type")
	if given == "" || op.RequestBody == nil || op.RequestBody.Content["application/json"] == nil {
		return nil
	}
	kind, parameters, err := mime.ParseMediaType(given)
	if charset := parameters["charset"]; err != nil || kind != "application/json" || charset != "" && !strings.EqualFold(charset, "utf-8") {
		return fault.New(fault.MediaType, "Send the body as application/json, in UTF-8.")
	}
	r.Header.Set("Content-Type", kind) // Huma compares it letter by letter
	return nil
}

// checkOnce refuses a parameter that is there twice: which of them is meant?
func checkOnce(query url.Values) error {
	var check fault.Check
	for name, values := range query {
		check.That(len(values) == 1, "query."+name, "This is there %d times; give it once.", len(values))
	}
	return check.Err()
}

// hideNil puts an id that nothing has in place of the nil UUID, which stands for an
// absent parameter in the handlers and would open a filter that the caller closed.
func hideNil(r *http.Request) {
	if nothing := uuid.Nil.String(); strings.Contains(r.URL.RawQuery, nothing) {
		r.URL.RawQuery = strings.ReplaceAll(r.URL.RawQuery, nothing, uuid.Max.String())
	}
}
