#include "drivers/driver.h"

namespace clustd::drivers {

using namespace Qt::Literals::StringLiterals;

QString toText(Phase phase)
{
    switch (phase) {
    case Phase::Stopped:
        return u"stopped"_s;
    case Phase::Starting:
        return u"starting"_s;
    case Phase::Started:
        return u"started"_s;
    case Phase::Stopping:
        return u"stopping"_s;
    case Phase::Failed:
        return u"failed"_s;
    }
    return {};
}

} // namespace clustd::drivers
