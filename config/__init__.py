"""What differs between landlords: policies, regimes, calendars, wording, hazards. Data only; no code ever."""
