package conformance_test

import "github.com/featurebase-community/featurebase-go"

func emailing() []step {
	type changes = map[featurebase.ContactEmailTopic]featurebase.ContactEmailStatus
	const off, on = featurebase.ContactEmailUnsubscribed, featurebase.ContactEmailSubscribed
	preferences := func(p object) object { return object{"preferences": p} }
	byID, byUserID := "emailPreferences.", "byUserID.emailPreferences."
	return []step{
		{name: "preferences", official: official(byID+"retrieve", ada), ours: emailPreferences(ada), want: ok},
		{name: "preferences of one without an address", official: official(byID+"retrieve", eve), ours: emailPreferences(eve), want: ok},
		{name: "preferences of a lead", official: official(byID+"retrieve", bob), ours: emailPreferences(bob), want: notFound},
		{name: "preferences of nobody", official: official(byID+"retrieve", nobody), ours: emailPreferences(nobody), want: notFound},
		{name: "preferences by user id", official: official(byUserID+"retrieve", "a/b"), ours: emailPreferencesByUserID("a/b"), want: ok},
		{name: "preferences of a lead by user id", official: official(byUserID+"retrieve", "l1"), ours: emailPreferencesByUserID("l1"), want: notFound},
		{name: "preferences by an empty id", official: official(byID+"retrieve", ""), ours: emailPreferences(""), differs: &difference{refusesEmpty,
			"404 resource_not_found\nGET /v2/contacts//email-preferences", idNotSent}},

		{name: "a topic", official: official(byID+"update", ada, preferences(object{"changelog": "unsubscribed"})),
			ours: update(ada, changes{featurebase.ContactEmailTopicChangelog: off}), want: ok},
		{name: "all topics at once", official: official(byID+"update", ada, preferences(object{"all": "unsubscribed", "postUpdates": "unsubscribed", "postComments": "subscribed", "commentReplies": "unsubscribed", "changelog": "subscribed"})),
			ours: update(ada, changes{featurebase.ContactEmailTopicAll: off, featurebase.ContactEmailTopicPostUpdates: off, featurebase.ContactEmailTopicPostComments: on, featurebase.ContactEmailTopicCommentReplies: off, featurebase.ContactEmailTopicChangelog: on}), want: ok},
		{name: "the gate of all is opened", official: official(byUserID+"update", "u1", preferences(object{"all": "subscribed"})),
			ours: updateByUserID("u1", changes{featurebase.ContactEmailTopicAll: on}), want: ok},
		{name: "a topic of an odd user id", official: official(byUserID+"update", "a/b", preferences(object{"postComments": "unsubscribed"})),
			ours: updateByUserID("a/b", changes{featurebase.ContactEmailTopicPostComments: off}), want: ok},
		{name: "an unknown topic", official: official(byID+"update", ada, preferences(object{"all": "unsubscribed", "weekly": "subscribed"})),
			ours: update(ada, changes{featurebase.ContactEmailTopicAll: off, "weekly": on}), want: invalid},
		{name: "an unknown topic by user id", official: official(byUserID+"update", "u1", preferences(object{"weekly": "subscribed"})),
			ours: updateByUserID("u1", changes{"weekly": on}), want: invalid},
		{name: "a topic of a lead", official: official(byID+"update", bob, preferences(object{"all": "unsubscribed"})),
			ours: update(bob, changes{featurebase.ContactEmailTopicAll: off}), want: notFound},
		{name: "no topic", official: official(byID+"update", ada, preferences(object{})), ours: update(ada, changes{}), differs: &difference{refuses,
			invalid + "\nPATCH /v2/contacts/" + ada + `/email-preferences {"preferences":{}}`, "not sent: featurebase: no email preference to change: want at least one"}},
		{name: "an unknown status", official: official(byID+"update", ada, preferences(object{"all": "off"})), ours: update(ada, changes{"all": "off"}), differs: &difference{refuses,
			invalid + "\nPATCH /v2/contacts/" + ada + `/email-preferences {"preferences":{"all":"off"}}`,
			`not sent: featurebase: status "off" of email topic "all": want "subscribed" or "unsubscribed"`}},
	}
}

func blocking() []step {
	return []step{
		{name: "block a customer", official: official("block", ada), ours: block(ada), want: ok},
		{name: "block it again", official: official("block", ada), ours: block(ada), want: ok},
		{name: "block a lead", official: official("block", bob), ours: block(bob), want: ok},
		{name: "unblock a lead", official: official("unblock", bob), ours: unblock(bob), want: ok},
		{name: "unblock who is not blocked", official: official("unblock", fay), ours: unblock(fay), want: ok},
		{name: "block nobody", official: official("block", nobody), ours: block(nobody), want: notFound},
		{name: "unblock nobody", official: official("unblock", nobody), ours: unblock(nobody), want: notFound},
		{name: "block what can't be an id", official: official("block", "u1"), ours: block("u1"), differs: &difference{refusesIDs,
			"400 invalid_id\nPOST /v2/contacts/u1/block", idNotSent}},
	}
}
