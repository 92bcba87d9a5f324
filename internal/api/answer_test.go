package api_test

import (
	"testing"

	"clientportal/internal/api"
)

func TestOnlyListsThatArePutHaveATag(t *testing.T) {
	t.Parallel()
	var none []string
	plain, err := api.Items(none, nil)
	if err != nil || plain.ETag != "" || plain.Body.Items == nil {
		t.Errorf("a list: %+v, %v", plain, err)
	}
	tagged, err := api.TaggedItems(none, nil)
	if err != nil || tagged.ETag != api.ContentTag([]string{}) || tagged.Body.Items == nil {
		t.Errorf("a list that is put: %+v, %v", tagged, err)
	}
}
