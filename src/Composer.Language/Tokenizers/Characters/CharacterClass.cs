namespace Composer.Language.Tokenizers.Characters;

/// <summary>What pre-tokenizers ask of a character, by its general category and White_Space; a letter has one of the three cases.</summary>
[Flags]
internal enum CharacterClass : byte
{
    None = 0,

    /// <summary>L.</summary>
    Letter = 1,

    /// <summary>N.</summary>
    Number = 2,

    /// <summary>White_Space, newlines too.</summary>
    Space = 4,

    /// <summary>Carriage return and line feed.</summary>
    Newline = 8,

    /// <summary>M.</summary>
    Mark = 16,

    /// <summary>Lu and Lt.</summary>
    Upper = 32,

    /// <summary>Ll.</summary>
    Lower = 64,

    /// <summary>Lm and Lo.</summary>
    Caseless = 128,
}
