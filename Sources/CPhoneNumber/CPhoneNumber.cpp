#include "CPhoneNumber.h"

#include <phonenumbers/phonenumberutil.h>

#include <cstring>
#include <set>
#include <string>

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

namespace {

cphone_verdict verdict(PhoneNumberUtil::ErrorType error) {
    switch (error) {
    case PhoneNumberUtil::NO_PARSING_ERROR: return CPHONE_VALID;
    case PhoneNumberUtil::INVALID_COUNTRY_CODE_ERROR: return CPHONE_NO_COUNTRY;
    case PhoneNumberUtil::TOO_SHORT_AFTER_IDD:
    case PhoneNumberUtil::TOO_SHORT_NSN: return CPHONE_TOO_SHORT;
    case PhoneNumberUtil::TOO_LONG_NSN: return CPHONE_TOO_LONG;
    default: return CPHONE_NOT_A_NUMBER;
    }
}

cphone_verdict refusal(const PhoneNumberUtil &util, const PhoneNumber &number) {
    switch (util.IsPossibleNumberWithReason(number)) {
    case PhoneNumberUtil::TOO_SHORT: return CPHONE_TOO_SHORT;
    case PhoneNumberUtil::TOO_LONG: return CPHONE_TOO_LONG;
    case PhoneNumberUtil::INVALID_COUNTRY_CODE: return CPHONE_NO_COUNTRY;
    default: return CPHONE_UNKNOWN;
    }
}

// A number in E.164 that is valid as it stands is kept as it stands. Taking it apart here, at its country code, spares
// the library's reading of free text, which costs several times the check itself.
bool is_valid_e164(const PhoneNumberUtil &util, const char *text, size_t length) {
    if (length < 8 || length > 16 || text[0] != '+' || text[1] == '0') return false;
    for (size_t index = 1; index < length; ++index) {
        if (text[index] < '0' || text[index] > '9') return false;
    }
    std::string region;
    int code = 0;
    for (size_t digits = 1; digits <= 3; ++digits) {
        code = code * 10 + (text[digits] - '0');
        util.GetRegionCodeForCountryCode(code, &region);
        if (region == "ZZ") continue;
        // Zeros in front belong to the number in a few countries; those are left to the library.
        if (text[digits + 1] == '0') return false;
        PhoneNumber number;
        number.set_country_code(code);
        number.set_national_number(std::stoull(std::string(text + digits + 1, length - digits - 1)));
        return util.IsValidNumber(number);
    }
    return false;
}

}  // namespace

cphone_verdict cphone_read(const char *text, size_t length, const char *region, char *out) {
    out[0] = 0;
    // No exception may pass through C.
    try {
        const PhoneNumberUtil &util = *PhoneNumberUtil::GetInstance();
        if (is_valid_e164(util, text, length)) {
            std::memcpy(out, text, length);
            out[length] = 0;
            return CPHONE_VALID;
        }
        PhoneNumber number;
        // "ZZ" is the library's name for no region at all.
        const std::string home = region[0] ? region : "ZZ";
        const auto parsed = verdict(util.Parse(std::string(text, length), home, &number));
        if (parsed != CPHONE_VALID) return parsed;
        if (!util.IsValidNumber(number)) return refusal(util, number);
        std::string e164;
        util.Format(number, PhoneNumberUtil::E164, &e164);
        if (e164.size() >= CPHONE_CAPACITY) return CPHONE_TOO_LONG;
        std::memcpy(out, e164.c_str(), e164.size() + 1);
        return CPHONE_VALID;
    } catch (...) {
        return CPHONE_NOT_A_NUMBER;
    }
}

void cphone_each_region(void (*each)(const char *, int, void *), void *context) {
    try {
        const PhoneNumberUtil &util = *PhoneNumberUtil::GetInstance();
        std::set<std::string> regions;
        util.GetSupportedRegions(&regions);
        for (const auto &region : regions) each(region.c_str(), util.GetCountryCodeForRegion(region), context);
    } catch (...) {
    }
}
