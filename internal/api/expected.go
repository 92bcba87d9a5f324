package api

import (
	"fmt"
	"strings"

	"github.com/danielgtaylor/huma/v2/validation"
)

// sayWhatIsExpected puts what Huma finds wrong with an input into words that say how to
// put it right.
func sayWhatIsExpected() {
	validation.MsgUnexpectedProperty = "There is no such field."
	validation.MsgExpectedRFC3339DateTime = "Give an instant such as 2026-11-25T09:00:00Z."
	validation.MsgExpectedRFC3339Date = "Give a day of the calendar, such as 2026-11-25."
	validation.MsgExpectedRFC4122UUID = "Give an id: a UUID.%.0s" // without what its parser says
	validation.MsgExpectedBoolean = "Give true or false."
	validation.MsgExpectedNumber = "Give a number."
	validation.MsgExpectedInteger = "Give a whole number."
	validation.MsgExpectedString = "Give a string."
	validation.MsgExpectedArray = "Give a list."
	validation.MsgExpectedObject = "Give an object."
	validation.MsgExpectedOneOf = "Choose one of: %s."
	validation.MsgExpectedMinimumNumber = "Give at least %v."
	validation.MsgExpectedMaximumNumber = "Give at most %v."
	validation.MsgExpectedMinLength = "Use at least %d characters."
	validation.MsgExpectedMaxLength = "Use at most %d characters."
	validation.MsgExpectedBePattern = "Give %s."
	validation.MsgExpectedMatchPattern = "Give what matches %s."
	validation.MsgExpectedMinItems = "Give at least %d of them."
	validation.MsgExpectedMaxItems = "Give at most %d of them."
}

// inWords puts into words what Huma says of parameters, which no variable of its holds.
func inWords(message string) string {
	switch {
	case strings.HasPrefix(message, "required ") && strings.HasSuffix(message, " is missing"):
		return "This is needed."
	case message == "unknown query parameter":
		return "There is no such parameter."
	case strings.HasPrefix(message, "invalid value: invalid UUID"):
		return fmt.Sprintf(validation.MsgExpectedRFC4122UUID, "")
	case message == "invalid integer":
		return validation.MsgExpectedInteger
	case message == "invalid boolean":
		return validation.MsgExpectedBoolean
	}
	return message
}
