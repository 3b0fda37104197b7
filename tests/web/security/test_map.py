"""Which test answers for which of the 25 checks of ``docs/guide/security.md``.

Each line names a file of tests and functions in it. A test that is renamed or gone fails here, and so does a check of
the guide without a line.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

CHECKS: dict[int, dict[str, tuple[str, ...]]] = {
    1: {
        "web/security/test_who_may.py": (
            "test_every_route_has_a_row_and_every_row_a_route",
            "test_a_route_answers_each_office_as_the_table_says",
            "test_what_is_refused_to_another_office_is_told_as_what_does_not_exist",
            "test_no_list_count_search_or_file_tells_another_office_of_a_case",
        ),
    },
    2: {
        "repositories/test_row_level_security.py": (
            "test_without_a_scope_nobody_sees_a_row",
            "test_the_role_owns_nothing_and_may_do_the_least",
            "test_every_wall_stands_for_the_owner_too",
            "test_no_statement_reaches_over_the_wall",
            "test_with_the_applications_own_filter_gone_there_are_still_no_foreign_rows",
        ),
    },
    3: {
        "web/security/test_who_may.py": (
            "test_a_route_serves_the_roles_that_the_table_names_and_no_others",
            "test_only_the_centre_confirms",
        ),
    },
    4: {
        "repositories/test_walls.py": (
            "test_plain_sql_cannot_answer_with_two_eyes",
            "test_plain_sql_cannot_answer_for_who_has_worked_on_the_case_in_any_way",
        ),
        "web/security/test_forms.py": ("test_who_proposed_does_not_approve_by_a_form_typed_by_hand",),
    },
    5: {
        "web/security/test_sessions.py": (
            "test_who_is_switched_off_or_moved_is_outside_at_the_next_request",
            "test_a_role_that_is_taken_away_is_gone_at_the_next_request",
            "test_an_administrator_ends_sessions_and_frees_cases_by_the_page",
        ),
        "accounts/test_sessions.py": ("test_a_row_changed_past_the_queue_is_obeyed_too",),
    },
    6: {
        "web/security/test_residents_values.py": (
            "test_no_page_and_no_json_shows_a_protected_value_to_anybody",
            "test_none_of_all_pages_shows_one_to_who_holds_every_role",
            "test_what_is_posted_shows_no_protected_value_either",
            "test_opening_shows_what_was_named_and_once",
            "test_nothing_is_opened_without_a_reason_that_can_be_kept",
            "test_opening_again_and_again_is_refused",
        ),
    },
    7: {"web/security/test_forms.py": ("test_a_field_that_is_not_asked_for_is_refused_and_nothing_happens",)},
    8: {
        "web/security/test_forms.py": (
            "test_of_fifty_forms_sent_at_once_one_is_taken",
            "test_a_form_sent_twice_is_taken_once_and_answered_the_same",
        ),
        "repositories/test_parallel.py": (
            "test_of_fifty_at_once_none_is_in_anothers_way",
            "test_fifty_approvals_at_once_are_one_effect",
        ),
    },
    9: {
        "web/security/test_forms.py": (
            "test_a_step_before_its_time_is_a_conflict_and_changes_nothing",
            "test_a_version_that_is_not_the_present_one_is_a_conflict",
        ),
    },
    10: {
        "web/security/test_forms.py": (
            "test_a_form_without_the_token_of_its_session_is_refused",
            "test_a_token_is_of_one_session_and_whole",
            "test_no_form_is_taken_from_another_site",
            "test_a_request_that_another_site_caused_is_refused_whatever_it_carries",
            "test_looking_changes_nothing_but_the_note_that_a_case_was_seen",
        ),
    },
    11: {
        "web/security/test_sessions.py": ("test_a_session_begins_with_one_cookie_that_browsers_guard",),
        "web/security/test_answers.py": ("test_no_answer_but_signing_in_or_out_sets_a_cookie_and_there_is_one",),
    },
    12: {
        "web/security/test_answers.py": (
            "test_each_refusal_is_what_it_should_be",
            "test_every_answer_carries_every_header",
            "test_every_answer_has_a_policy_of_its_own_that_lets_nothing_foreign_run",
            "test_no_answer_invites_another_site",
        ),
        # In every test with a browser, a desk at which the policy was broken fails its test.
        "browser/test_pages.py": ("test_a_page_is_for_everybody_in_light_and_dark_and_at_any_width",),
    },
    13: {
        "web/security/test_residents_values.py": (
            "test_hostile_values_are_text_on_every_page",
            "test_hostile_values_are_values_in_json",
        ),
        "web/security/test_files.py": ("test_no_cell_begins_a_formula_and_no_value_breaks_its_cell",),
        "web/test_logs.py": ("test_what_a_library_warns_of_is_one_line_too",),
        "browser/test_hostile.py": ("test_hostile_names_are_letters_wherever_they_are_shown",),
    },
    14: {
        "web/security/test_answers.py": (
            "test_nothing_is_kept_by_a_browser_or_on_the_way_but_the_pages_own_files",
            "test_the_pages_scripts_keep_nothing_and_read_no_cookie",
        ),
        "web/security/test_residents_values.py": ("test_no_page_and_no_json_shows_a_protected_value_to_anybody",),
        "browser/test_hostile.py": ("test_a_hostile_search_is_answered_without_a_trace_in_the_address",),
    },
    15: {
        "accounts/test_passwords.py": (
            "test_the_stated_parameters_are_those_of_the_hash",
            "test_a_long_password_of_any_characters_is_taken",
            "test_a_password_that_is_short_long_or_tried_first_is_refused",
            "test_every_character_counts_up_to_the_last",
        ),
        "accounts/test_signing_in.py": ("test_a_password_is_hashed_again_when_the_parameters_have_changed",),
        "web/security/test_sessions.py": ("test_a_weak_password_opens_no_account",),
    },
    16: {
        "web/security/test_sessions.py": (
            "test_whatever_is_wrong_the_answer_is_the_same",
            "test_who_tries_too_often_is_told_the_same_whoever_they_try",
            "test_digits_serve_once",
            "test_an_invitation_serves_once_and_its_code_stands_in_no_address",
        ),
        "accounts/test_signing_in.py": ("test_whatever_is_wrong_the_answer_and_the_work_are_the_same",),
        "accounts/test_invitations.py": ("test_only_the_first_keeper_of_the_list_is_invited_by_nobody",),
        "web/test_oidc.py": ("test_in_production_the_level_of_authentication_must_be_named",),
    },
    17: {
        "web/security/test_sessions.py": (
            "test_a_second_sign_in_has_a_token_of_its_own_and_ends_the_first",
            "test_a_token_that_a_stranger_planted_is_no_session_after_signing_in",
            "test_a_token_is_worth_nothing_after_signing_out",
            "test_a_session_ends_by_itself",
        ),
        "accounts/test_sessions.py": ("test_tokens_are_long_random_and_new_at_each_sign_in",),
        "accounts/test_invitations.py": ("test_no_secret_stands_in_the_database",),
    },
    18: {
        "web/security/test_files.py": (
            "test_no_cell_begins_a_formula_and_no_value_breaks_its_cell",
            "test_lines_of_json_come_back_exactly",
        ),
        "review/test_spreadsheets.py": ("test_a_cell_is_shown_and_never_computed",),
    },
    19: {
        "web/security/test_files.py": (
            "test_that_a_file_left_is_noted_with_its_rows_its_digest_and_its_purpose",
            "test_nothing_leaves_without_a_purpose_that_can_be_kept",
            "test_another_office_takes_out_nothing_of_this_one",
        ),
        "web/routes/test_exports.py": (
            "test_a_file_holds_no_more_rows_than_the_settings_allow",
            "test_the_eleventh_file_of_a_day_is_refused",
        ),
    },
    20: {
        "intake/sources/test_bombs.py": ("test_a_bomb_is_refused_or_rejected_in_bounded_memory",),
        "intake/sources/test_archives.py": ("test_an_archive_that_cannot_be_trusted_is_refused_under_its_code",),
    },
    21: {
        "house/test_source_rules.py": ("test_no_sql_is_put_together_from_strings",),
        "intake/columns/test_mapping.py": (
            "test_a_hostile_name_never_becomes_a_field",
            "test_thousands_of_columns_are_mapped_quickly",
        ),
    },
    22: {
        "house/test_source_rules.py": ("test_nothing_is_stored_or_read_in_a_form_that_can_run_code",),
        "models/test_store.py": ("test_what_is_no_model_is_refused_with_its_reason",),
        "models/test_stored_json.py": ("test_what_exceeds_the_limit_is_neither_written_nor_read",),
    },
    23: {
        "repositories/test_audit_chain.py": (
            "test_the_first_bad_row_is_named",
            "test_a_tail_cut_off_with_all_that_hangs_on_it_is_found_by_an_anchor_alone",
        ),
        "repositories/test_walls.py": ("test_decisions_judgements_sightings_and_audit_are_append_only",),
        "review/test_audit_command.py": ("test_a_bad_row_is_named_and_ends_with_70",),
    },
    24: {
        "web/test_logs.py": ("test_a_crash_is_told_by_its_kind_and_place_and_without_a_value",),
        "web/security/test_residents_values.py": ("test_a_refusal_repeats_nothing_that_was_typed_into_it",),
        "web/security/test_answers.py": (
            "test_no_answer_tells_by_what_it_is_served_or_what_failed_inside",
            "test_what_describes_or_measures_the_page_is_closed",
        ),
        "repositories/test_privacy.py": (
            "test_a_whole_life_leaves_no_value_in_a_log_an_error_or_any_table_but_those_for_values",
        ),
    },
    25: {
        "cli/test_serve.py": ("test_what_would_not_be_safe_is_refused_before_anybody_can_knock",),
        "house/test_package.py": ("test_every_locked_version_has_a_hash",),
        "web/security/test_start_up.py": (
            "test_a_secret_that_is_short_or_typed_is_refused_and_not_repeated",
            "test_no_key_stands_in_the_repository",
        ),
        "web/security/test_bill_of_materials.py": ("test_it_lists_every_locked_package_with_version_and_digests",),
    },
}


@pytest.mark.parametrize("check", range(1, 26))
def test_every_check_has_tests_that_are_there(check: int) -> None:
    named = 0
    for file, functions in CHECKS[check].items():
        tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
        there = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert set(functions) <= there, file
        named += len(functions)
    assert named


def test_the_guide_lists_the_checks_that_are_tested() -> None:
    guide = (ROOT / "docs/guide/security.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| *([0-9]+) *\|[^|]+\|[^|]+\|[^|]*`(tests/[^`]+)`", guide, re.MULTILINE)
    assert [int(number) for number, _ in rows] == sorted(CHECKS)
    for number, file in rows:
        assert file.removeprefix("tests/") in CHECKS[int(number)], number
