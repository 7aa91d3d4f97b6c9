namespace Composer.Manifests.Toml;

/// <summary>Which of TOML's four date and time types a value is.</summary>
public enum TomlDateTimeKind
{
    OffsetDateTime = 0,
    LocalDateTime = 1,
    LocalDate = 2,
    LocalTime = 3,
}
