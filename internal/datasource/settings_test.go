package datasource

import (
	"encoding/json"
	"maps"
	"testing"

	"clientportal/internal/datasource/upstream"
)

// What somebody chose from a list holds lists and numbers, and reads as it is typed.
func TestSettingsReadAsTheyAreTyped(t *testing.T) {
	t.Parallel()
	kept := json.RawMessage(`{"ad_account_id": 12345678901234567890, "attribution_windows": ["1d_view", "7d_click"]}`)
	typed := json.RawMessage(`{"ad_account_id": "12345678901234567890", "attribution_windows": "1d_view, 7d_click"}`)
	if a, b := settingTexts(kept), settingTexts(typed); !maps.Equal(a, b) {
		t.Errorf("%v is typed as %v", a, b)
	}
	account := upstream.Account{ID: "12345678901234567890"}
	for settings, reads := range map[string]bool{
		string(kept): true, `{"ad_account_id": "act_12345678901234567890"}`: true, `{"property_id": "properties/12345678901234567890"}`: true,
		`{"ad_account_id": "112345678901234567890"}`: false, `{}`: false, `{"attribution_windows": ["1d_view"]}`: false, `[`: false,
	} {
		if readsAccount(json.RawMessage(settings), account) != reads {
			t.Errorf("%s reads the account: want %t", settings, reads)
		}
	}
	for settings, chosen := range map[string]bool{
		`{}`: false, `{"attribution_windows": ["1d_view"]}`: false, `{"property_id": ""}`: false, `{"property_id": "1"}`: true, string(kept): true,
	} {
		l := loaded{}
		if l.Settings = json.RawMessage(settings); l.chosen() != chosen {
			t.Errorf("%s says what is read: want %t", settings, chosen)
		}
	}
}
